import type { Sender } from "@muster/core/mail/ses.ts";
import { config } from "../config.ts";

/** The sender of mails. */
export function sender(): Sender {
  const settings = config(["MUSTER_MAIL_FROM", "MUSTER_PRODUCT_NAME", "MUSTER_MAIL_CONFIGURATION_SET"]);
  return {
    from: settings.MUSTER_MAIL_FROM,
    name: settings.MUSTER_PRODUCT_NAME,
    configurationSet: settings.MUSTER_MAIL_CONFIGURATION_SET,
  };
}
