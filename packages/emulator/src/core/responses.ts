/** Answers in the three shapes vendors use. Header values given win over the defaults. */

export function json(value: unknown, status = 200, headers: Readonly<Record<string, string>> = {}): Response {
  return new Response(JSON.stringify(value), { status, headers: { 'content-type': 'application/json', ...headers } })
}

export function text(value: string, status = 200, headers: Readonly<Record<string, string>> = {}): Response {
  return new Response(value, { status, headers: { 'content-type': 'text/plain; charset=utf-8', ...headers } })
}

export function html(value: string, status = 200, headers: Readonly<Record<string, string>> = {}): Response {
  return new Response(value, { status, headers: { 'content-type': 'text/html', ...headers } })
}

/** The page of an nginx that stands before the vendor. */
export function gatewayPage(status: number, reason: string): Response {
  return html(
    `<html>\r\n<head><title>${status} ${reason}</title></head>\r\n<body>\r\n<center><h1>${status} ${reason}</h1></center>\r\n` +
      '<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n',
    status,
  )
}
