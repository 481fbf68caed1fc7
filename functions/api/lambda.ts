import { presigner } from "@muster/core/bucket/presign.ts";
import { bind } from "@muster/core/kernel/ports.ts";
import { resolver } from "@muster/core/net/dns.ts";
import { boot } from "../boot.ts";
import { config } from "../config.ts";
import { wrappingKey } from "../keys.ts";
import { log } from "../log.ts";
import { openSecrets } from "../secrets.ts";
import { bindStripe } from "../stripe.ts";
import { app } from "./app.ts";
import { isFile } from "./csv.ts";
import { answerEvents } from "./gateway-event.ts";

const settings = config(["MUSTER_SITE_URL", "MUSTER_BUCKET", "MUSTER_BUCKET_URL"]);
const { MUSTER_SITE_URL: url } = settings;
const secrets = openSecrets();
await secrets.refresh();
secrets.origins();

const signer = boot({ pepper: secrets.peppers });
const refresh = bindStripe(secrets);
await refresh();
bind({
  bucketLinks: presigner({ bucket: settings.MUSTER_BUCKET, url: settings.MUSTER_BUCKET_URL }, signer),
  keyMaker: wrappingKey(signer),
  dns: resolver(),
});
const api = app({ url, secure: url.startsWith("https:"), originSecrets: secrets.origins });

const answer = answerEvents(api, isFile);

// the first request of a process costs tens of milliseconds in Node: this one pays for it before anybody waits
const { statusCode } = await answer({
  rawPath: "/api/v1/health",
  rawQueryString: "",
  headers: { "x-muster-origin": secrets.origins()[0] ?? "" },
  requestContext: { domainName: new URL(url).host, http: { method: "GET" } },
});
if (statusCode !== 200) log.warn("The API could not answer its own first request.", { statusCode });

/** API Gateway's entry point to the API (payload format 2.0). */
export const handler: typeof answer = async (event) => {
  await refresh();
  return answer(event);
};
