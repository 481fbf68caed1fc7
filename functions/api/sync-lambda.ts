import { bind } from "@muster/core/kernel/ports.ts";
import { connect } from "@muster/core/table/client.ts";
import { boot } from "../boot.ts";
import { config } from "../config.ts";
import { signingKeys, wrappingKey } from "../keys.ts";
import { openSecrets } from "../secrets.ts";
import { answerEvents } from "./gateway-event.ts";
import { syncApp } from "./sync-app.ts";
import { warmUp } from "./warm-up.ts";

const settings = config(["MUSTER_SITE_URL", "MUSTER_RELEASE", "MUSTER_SYNC_WAIT_SECONDS"]);
const { MUSTER_SITE_URL: url, MUSTER_RELEASE: release } = settings;
const client = connect();
const secrets = openSecrets({ caller: client.config });
await secrets.refresh();
secrets.origins();

const caller = boot({ pepper: secrets.peppers }, client);
bind({
  keyOpener: wrappingKey(caller),
  signer: signingKeys(caller),
  syncWaitSeconds: settings.MUSTER_SYNC_WAIT_SECONDS,
});
const api = syncApp({ url, secure: url.startsWith("https:"), originSecrets: secrets.origins, release });

const answer = answerEvents(api);
await warmUp(answer, { url, originSecret: secrets.origins()[0] });

/** The entry point of what devices ask for. Only this function signs documents, and opens API keys for devices. */
export const handler: typeof answer = async (event) => {
  await secrets.refresh();
  return answer(event);
};
