/** Hands a file to the browser's downloads, under `name`. */
export function saveFile(file: Blob, name: string): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(file)
  link.download = name
  link.click()
  // The download has its own hold on the file by now: https://w3c.github.io/FileAPI/#dfn-revokeObjectURL
  URL.revokeObjectURL(link.href)
}
