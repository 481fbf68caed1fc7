/** How long the own change is waited for: by then every list has it. */
const keptMs = 10_000;

const positions = new Map<string, { position: string; at: number }>();

/** Remembers what the page wrote last in an organization, so that its next reads include it. */
export function rememberPosition(url: string, { headers }: Pick<Response, "headers">): void {
  const position = headers.get("muster-position");
  const [, organization] = /\/organizations\/([^/?]+)/.exec(url) ?? [];
  if (position !== null && organization !== undefined) {
    positions.set(organization, { position, at: Date.now() });
  }
}

/** What a read of a list is to include; nothing if the page has not written for a while. */
export function ownChange(organization: string): { after?: string } {
  const { position, at } = positions.get(organization) ?? {};
  return position !== undefined && at !== undefined && Date.now() - at < keptMs ? { after: position } : {};
}
