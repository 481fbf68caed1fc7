import type { Notification } from "#lib/api.ts";

type Kind = Extract<Notification["kind"], `secret.${string}`>;

/** What follows the name of the person who did it, before the name of the organization. */
export const secretVerbs: Record<Kind, string> = {
  "secret.created": "added an API key to",
  "secret.replaced": "replaced an API key of",
  "secret.renamed": "renamed an API key of",
  "secret.enabled": "enabled an API key of",
  "secret.disabled": "disabled an API key of",
  "secret.restricted": "changed which teams can use an API key of",
  "secret.deleted": "deleted an API key of",
};

export const isOfSecret = (kind: Notification["kind"]): kind is Kind => kind.startsWith("secret.");
