import { bind, type Mail } from "@muster/core/kernel/ports.ts";
import { sqs } from "@muster/core/queue/sqs.ts";
import { connect } from "@muster/core/table/client.ts";
import { dynamo } from "@muster/core/table/dynamo.ts";
import { config, type Secrets } from "./config.ts";
import { loadSecrets } from "./secrets.ts";

const general = [
  ...(["MUSTER_TABLE", "MUSTER_SITE_URL", "MUSTER_PRODUCT_NAME", "MUSTER_FREE_SEATS", "MUSTER_MAIL_PER_HOUR"] as const),
  ...(["MUSTER_WORK_QUEUE_URL", "MUSTER_MAIL_QUEUE_URL", "MUSTER_SECRETS", "MUSTER_SECRETS_ARN"] as const),
];

/**
 * Reads the environment and binds the ports, once per process, while Lambda initializes.
 * @param mail how this function sends mail, if it does: only its bundle then holds the mail client
 */
export async function boot(mail?: Mail): Promise<{ secrets: Secrets; siteUrl: string }> {
  const settings = config(general);
  const secrets = await loadSecrets(settings);
  bind({
    table: dynamo(connect(), settings.MUSTER_TABLE),
    queues: sqs({ work: settings.MUSTER_WORK_QUEUE_URL, mail: settings.MUSTER_MAIL_QUEUE_URL }),
    ...(mail && { mail }),
    pepper: secrets.pepper,
    settings: {
      productName: settings.MUSTER_PRODUCT_NAME,
      siteUrl: settings.MUSTER_SITE_URL,
      freeSeats: settings.MUSTER_FREE_SEATS,
      mailsPerHour: settings.MUSTER_MAIL_PER_HOUR,
    },
  });
  return { secrets, siteUrl: settings.MUSTER_SITE_URL };
}
