import { connect } from "@muster/core/table/client.ts";
import { boot } from "../boot.ts";
import { config } from "../config.ts";
import { openSecrets } from "../secrets.ts";
import { answerEvents } from "./gateway-event.ts";
import { identityApp } from "./identity-app.ts";
import { warmUp } from "./warm-up.ts";

const { MUSTER_SITE_URL: url, MUSTER_RELEASE: release } = config(["MUSTER_SITE_URL", "MUSTER_RELEASE"]);
const client = connect();
const secrets = openSecrets({ caller: client.config });
await secrets.refresh();
secrets.origins();

boot({ pepper: secrets.peppers }, client);
const api = identityApp({ url, secure: url.startsWith("https:"), originSecrets: secrets.origins, release });

const answer = answerEvents(api);
await warmUp(answer, { url, originSecret: secrets.origins()[0] });

/** The entry point of the ways to sign in beside an emailed code. */
export const handler: typeof answer = async (event) => {
  await secrets.refresh();
  return answer(event);
};
