function portOf(url: URL): string {
  return url.port !== '' ? url.port : url.protocol === 'https:' ? '443' : '80'
}

/** Whether `url` goes to one of `allowedHosts`, each `host` (any port) or `host:port`; IPv6 in brackets. */
export function isAllowedHost(url: URL, allowedHosts: readonly string[]): boolean {
  const host = url.hostname.toLowerCase()
  const full = `${host}:${portOf(url)}`
  return allowedHosts.some((allowed) => {
    const entry = allowed.trim().toLowerCase()
    return entry === host || entry === full
  })
}

/** The `host:port` entries that stand for configured base URLs. */
export function hostsOf(baseURLs: readonly string[]): string[] {
  return baseURLs.map((baseURL) => {
    const url = new URL(baseURL)
    return `${url.hostname.toLowerCase()}:${portOf(url)}`
  })
}
