/** Longer addresses are not links. */
const maxAddressLength = 2_000;
/** A link text beyond this is not searched for an address: the real one is shown beside it. */
const maxSearched = 200;

/** Returns the address that a link may have, as the browser reads it: http, https and mailto only. */
export function safeAddress(typed: string): string | undefined {
  // threat: a text links to a script
  if (typed.length > maxAddressLength || !/^(?:https?:\/\/|mailto:)/i.test(typed) || !URL.canParse(typed)) {
    return undefined;
  }
  const address = addressOf(new URL(typed));
  return address !== undefined && address.length <= maxAddressLength ? address : undefined;
}

/** A name in front of the host looks like a host; an email's recipient is all that a link may fill in. */
function addressOf({ protocol, username, password, pathname, href }: URL) {
  if (protocol === "mailto:") {
    // threat: a link fills in more than an email's recipient
    return /^[^\s@]+@[^\s@]+$/.test(pathname) ? `mailto:${pathname}` : undefined;
  }
  // threat: a name before the host looks like the host
  return username === "" && password === "" ? href : undefined;
}

/** Returns where a link leads: a host as the DNS has it, or an email address. */
export function destinationOf(address: string) {
  const { protocol, host, pathname } = new URL(address);
  return protocol === "mailto:" ? pathname : host;
}

/** Returns where a link leads if its text looks like another address, or hides which letters are in it. */
export function hiddenDestination(text: string, address: string): string | undefined {
  const destination = destinationOf(address);
  const shown = text.normalize("NFKC").replaceAll(/\p{Default_Ignorable_Code_Point}/gu, "");
  const isPlain = !/(?:^|[.@])xn--/.test(destination) || shown.includes(destination);
  // threat: a link's letters look like others
  return isPlain && shown.length <= maxSearched && namesNoOther(shown, destination) ? undefined : destination;
}

function namesNoOther(shown: string, destination: string) {
  const hosts = shown.match(/[\p{L}\p{M}\p{N}-]+(?:[.。][\p{L}\p{M}\p{N}-]+)*[.。]\p{L}[\p{L}\p{M}\p{N}-]+/gu) ?? [];
  const actual = bare(destination.slice(destination.lastIndexOf("@") + 1));
  // threat: a link's text names another address
  return hosts.slice(0, 1).every((host) => bare(host) === actual);
}

function bare(host: string) {
  const name = URL.canParse(`http://${host}`) ? new URL(`http://${host}`).hostname : host;
  return name.replace(/^www\./, "");
}
