/** Address of a person's photo, for Avatar; null where there is none. */
export const photoOf = ({ photo_file_id: id }: { photo_file_id?: string | null | undefined }): string | null => (id ? `/api/files/${id}` : null)
