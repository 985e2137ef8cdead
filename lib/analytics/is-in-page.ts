/** Whether this runs in a page. In a file without imports, so that the script tag's build can write the answer into the code. */
export const isInPage = !!globalThis.window
