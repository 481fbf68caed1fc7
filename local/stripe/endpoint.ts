import { createHmac, randomBytes } from "node:crypto";
import type Stripe from "stripe";
import { type Account, mergeMetadata, newId } from "./account.ts";
import { type List, page } from "./list.ts";
import { missing } from "./refusal.ts";
import type { WebhookEndpoint } from "./wire.ts";

export function create(account: Account, params: Stripe.WebhookEndpointCreateParams): WebhookEndpoint {
  const secret = newSecret();
  const endpoint = add(account, { ...params, secret });
  return { ...endpoint, secret };
}

type Added = {
  url: string;
  secret: string;
  enabled_events?: string[];
  description?: string | null;
  metadata?: Record<string, string | number | null> | "" | null;
};

/** An endpoint whose secret is already known, like those of Stripe's dashboard or command line. */
export function add(
  account: Account,
  { url, secret, enabled_events = ["*"], description, metadata }: Added,
): WebhookEndpoint {
  const endpoint = account.contract.make("webhook_endpoint", {
    id: newId("we"),
    created: account.now(),
    description: description || null,
    enabled_events,
    metadata: mergeMetadata({}, metadata),
    status: "enabled",
    url,
  });
  account.state.endpoints.set(endpoint.id, endpoint);
  account.state.secrets.set(endpoint.id, [secret]);
  return endpoint;
}

export function get({ state }: Account, id: string): WebhookEndpoint {
  const endpoint = state.endpoints.get(id);
  if (!endpoint) throw missing("webhook endpoint", id);
  return endpoint;
}

export function update(account: Account, params: Stripe.WebhookEndpointUpdateParams, id: string): WebhookEndpoint {
  const endpoint = get(account, id);
  endpoint.url = params.url ?? endpoint.url;
  endpoint.enabled_events = params.enabled_events ?? endpoint.enabled_events;
  if (params.disabled !== undefined) endpoint.status = params.disabled ? "disabled" : "enabled";
  return endpoint;
}

export const list = ({ state }: Account, params: Stripe.WebhookEndpointListParams): List<WebhookEndpoint> =>
  page([...state.endpoints.values()], "/v1/webhook_endpoints", params);

export function remove(account: Account, _params: object, id: string) {
  get(account, id);
  account.state.endpoints.delete(id);
  account.state.secrets.delete(id);
  return { id, object: "webhook_endpoint", deleted: true };
}

/** A new secret. Until `retire`, events are signed with the old one as well. */
export function roll(account: Account, id: string): string {
  const secret = newSecret();
  account.state.secrets.set(id, [secret, ...(account.state.secrets.get(id) ?? [])]);
  return secret;
}

export function retire(account: Account, id: string): void {
  // threat: Stripe's stand-in signs with a secret that was retired
  account.state.secrets.set(id, (account.state.secrets.get(id) ?? []).slice(0, 1));
}

export const wants = ({ status, enabled_events }: WebhookEndpoint, type: string): boolean =>
  status === "enabled" && (enabled_events.includes("*") || enabled_events.includes(type));

/** The header `Stripe-Signature`: https://docs.stripe.com/webhooks#verify-manually. `instant` in seconds. */
export function sign(body: string, secrets: string[], instant: number): string {
  const signatures = secrets.map((secret) => createHmac("sha256", secret).update(`${instant}.${body}`).digest("hex"));
  return [`t=${instant}`, ...signatures.map((signature) => `v1=${signature}`)].join(",");
}

const newSecret = () => `whsec_${randomBytes(24).toString("hex")}`;
