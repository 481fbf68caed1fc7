import { MailPostponed, MailRefused } from "@muster/core/kernel/mail-error.ts";
import type { Mail } from "@muster/core/kernel/ports.ts";
import type { Sender } from "@muster/core/mail/ses.ts";
import { config } from "../config.ts";
import { log } from "../log.ts";

/** The sender of mails. */
export function sender(): Sender {
  const settings = config(["MUSTER_MAIL_FROM", "MUSTER_PRODUCT_NAME", "MUSTER_MAIL_CONFIGURATION_SET"]);
  return {
    from: settings.MUSTER_MAIL_FROM,
    name: settings.MUSTER_PRODUCT_NAME,
    configurationSet: settings.MUSTER_MAIL_CONFIGURATION_SET,
  };
}

/** Logs each email that the provider does not accept although it could: it is down, throttles, or does not answer. */
export function reported<M extends Mail>(mail: M): M {
  const send: Mail["send"] = async (message, slot) => {
    try {
      return await mail.send(message, slot);
    } catch (error) {
      const isExpected = error instanceof MailPostponed && (error.lack === "slot" || error.lack === "day");
      if (!isExpected && !(error instanceof MailRefused)) {
        log.warn("An email was not accepted.", { kind: message.tags["kind"], error });
      }
      throw error;
    }
  };
  return { ...mail, send };
}
