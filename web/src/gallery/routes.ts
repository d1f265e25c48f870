// Screens of the test build (`--mode gallery`) only: every component, and each audience's frame around one of them.
import { employeeRoute } from '~/routes/employee'
import { operatorRoute } from '~/routes/operator'
import { pagesOf } from '~/routes/page'
import { publicRoute } from '~/routes/public'
import { rootRoute } from '~/routes/root'
import { specialistRoute } from '~/routes/specialist'

export const galleryRoutes = {
  root: [pagesOf(() => rootRoute)('/dev/gallery', 'ui', () => import('./GalleryPage'))],
  public: [pagesOf(() => publicRoute)('/dev/broken', 'ui', () => import('./BrokenPage'))],
  employee: [pagesOf(() => employeeRoute)('/dev/employee', 'ui', () => import('./FramedPage'))],
  specialist: [pagesOf(() => specialistRoute)('/dev/specialist', 'ui', () => import('./FramedPage'))],
  operator: [pagesOf(() => operatorRoute)('/dev/operator', 'ui', () => import('./FramedPage'))],
}
