import { useQueryClient } from '@tanstack/react-query'
import { bookingQuery, type Booking } from './queries'

/** After a change: the booking is shown as the server answered it (asking again would be one more look into a person's record); lists are asked anew. */
export function useChanged(): (booking: Booking) => void {
  const queryClient = useQueryClient()
  return (booking) => {
    queryClient.setQueryData(bookingQuery(booking.id).queryKey, booking)
    queryClient.removeQueries({ queryKey: ['desk', 'bookings'] })
    void queryClient.invalidateQueries({ queryKey: ['desk', 'live'] })
  }
}
