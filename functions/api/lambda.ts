import { presigner } from "@muster/core/bucket/presign.ts";
import { bind } from "@muster/core/kernel/ports.ts";
import { handle } from "hono/aws-lambda";
import { boot } from "../boot.ts";
import { config } from "../config.ts";
import { openSecrets } from "../secrets.ts";
import { bindStripe } from "../stripe.ts";
import { app } from "./app.ts";
import { isFile } from "./csv.ts";

const settings = config(["MUSTER_SITE_URL", "MUSTER_BUCKET", "MUSTER_BUCKET_URL"]);
const { MUSTER_SITE_URL: url } = settings;
const secrets = openSecrets();
await secrets.refresh();
const originSecret = secrets.origin();

const signer = boot({ pepper: secrets.part("pepper") });
await bindStripe(secrets)();
bind({ bucketLinks: presigner({ bucket: settings.MUSTER_BUCKET, url: settings.MUSTER_BUCKET_URL }, signer) });
const api = app({ url, secure: url.startsWith("https:"), originSecret });

// the first request of a process costs tens of milliseconds in Node: this one pays, while nobody waits
await api.request("/api/v1/health");

/** API Gateway's door to the API (payload format 2.0). */
export const handler = handle(api, { isContentTypeBinary: isFile });
