/** A form with one file: `api.POST('/api/card/photo', { ...fileForm(file), headers: idempotent(key) })`. */
export const fileForm = (file: File) => ({
  // The API's description calls binary content a string.
  body: { file: file as unknown as string },
  bodySerializer: () => {
    const form = new FormData()
    form.append('file', file, file.name)
    return form
  },
})
