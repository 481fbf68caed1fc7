import { presigner } from "@muster/core/bucket/presign.ts";
import { bind } from "@muster/core/kernel/ports.ts";
import { resolver } from "@muster/core/net/dns.ts";
import { connect } from "@muster/core/table/client.ts";
import { boot } from "../boot.ts";
import { config } from "../config.ts";
import { wrappingKey } from "../keys.ts";
import { openSecrets } from "../secrets.ts";
import { bindStripe } from "../stripe.ts";
import { app } from "./app.ts";
import { isFile } from "./csv.ts";
import { answerEvents } from "./gateway-event.ts";
import { warmUp } from "./warm-up.ts";

const settings = config(["MUSTER_SITE_URL", "MUSTER_RELEASE", "MUSTER_BUCKET", "MUSTER_BUCKET_URL"]);
const { MUSTER_SITE_URL: url, MUSTER_RELEASE: release } = settings;
const client = connect();
const secrets = openSecrets({ caller: client.config });
await secrets.refresh();
secrets.origins();

const signer = boot({ pepper: secrets.peppers }, client);
const refresh = bindStripe(secrets);
await refresh();
bind({
  bucketLinks: presigner({ bucket: settings.MUSTER_BUCKET, url: settings.MUSTER_BUCKET_URL }, signer),
  keyMaker: wrappingKey(signer),
  dns: resolver(),
});
const api = app({ url, secure: url.startsWith("https:"), originSecrets: secrets.origins, release });

const answer = answerEvents(api, isFile);
await warmUp(answer, { url, originSecret: secrets.origins()[0] });

/** API Gateway's entry point to the API (payload format 2.0). */
export const handler: typeof answer = async (event) => {
  await refresh();
  return answer(event);
};
