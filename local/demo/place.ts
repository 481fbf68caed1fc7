import { DynamoDBStreamsClient } from "@aws-sdk/client-dynamodb-streams";
import { accountKeys } from "@muster/core/account/keys.ts";
import * as ID from "@muster/core/base/id.ts";
import { stripeOf } from "@muster/core/billing/stripe.ts";
import { s3 } from "@muster/core/bucket/s3.ts";
import { bind } from "@muster/core/kernel/ports.ts";
import { sqs } from "@muster/core/queue/sqs.ts";
import { connect } from "@muster/core/table/client.ts";
import { dynamo } from "@muster/core/table/dynamo.ts";
import { config } from "@muster/functions/config.ts";
import { placeOf } from "@muster/functions/stripe.ts";
import type { Credentials } from "@muster/local-base/credential.ts";
import type { QueueServer } from "@muster/local-queues/server.ts";
import type { Zone } from "../dns/zone.ts";
import { keyFile, keysOf } from "../keys.ts";
import type { Folder, Secrets, TablePlace } from "../run/folder.ts";
import type { Shop } from "../run/shop.ts";
import { signerOf } from "../signing-keys.ts";
import { openCheckpoint } from "../stream/checkpoint.ts";
import { openReader } from "../stream/reader.ts";
import { fill, isEmpty, signInAs } from "./demo.ts";

/** Large transactions take time on a busy machine. */
const patienceMs = 30_000;
const reportEveryMs = 1000;

/** A cloud whose functions do not run yet. */
export type Place = {
  folder: Folder;
  table: TablePlace;
  streamsEndpoint: string;
  credentials: Credentials;
  queues: QueueServer;
  secrets: Secrets;
  shop: Shop;
  zone: Zone;
  /** The consumers of the table's stream, by the names of their checkpoints. */
  consumers: readonly string[];
};

/** Fills a cloud with the demo, unless it has organizations. Returns who to sign in as, if the demo is there. */
export async function fillPlace(
  place: Place,
  members: number,
  say: (text: string) => void,
): Promise<string | undefined> {
  const { folder, secrets, shop, zone, consumers } = place;
  const { client, streams, messages } = clientsOf(place);
  const { name } = place.table;
  const table = dynamo(client, name);
  const now = Date.now();
  if (!(await isEmpty(table, now))) {
    say(`The demo is skipped: ${folder.path} already has organizations. --reset deletes them.\n`);
    return (await table.get(accountKeys.claim(ID.derive("address", signInAs)))) && signInAs;
  }
  bind({ bucketObjects: s3(config(["MUSTER_BUCKET"]).MUSTER_BUCKET) });
  const settings = config([
    ...(["MUSTER_SITE_URL", "MUSTER_PRODUCT_NAME", "MUSTER_FREE_SEATS"] as const),
    ...(["MUSTER_PLANS", "MUSTER_TRIAL_DAYS", "MUSTER_TRIAL_SEATS", "MUSTER_MAX_SEATS", "MUSTER_GRACE_DAYS"] as const),
    ...(["MUSTER_PAYMENT_METHOD_TYPES", "MUSTER_STRIPE_TAX"] as const),
  ]);
  const keys = keysOf(keyFile(folder.file("keys.json")));
  const parts = {
    table,
    pepper: secrets.pepper,
    keyMaker: keys,
    keyOpener: keys,
    signer: signerOf(keyFile(folder.file("signing-keys.json"))),
    devices: folder.file("devices"),
    zone,
    stripe: stripeOf(secrets.stripe.key, placeOf(new URL(shop.url))),
    plans: {
      trialDays: settings.MUSTER_TRIAL_DAYS,
      trialSeats: settings.MUSTER_TRIAL_SEATS,
      maxSeats: settings.MUSTER_MAX_SEATS,
      graceDays: settings.MUSTER_GRACE_DAYS,
      paid: settings.MUSTER_PLANS,
      methodTypes: settings.MUSTER_PAYMENT_METHOD_TYPES,
      tax: settings.MUSTER_STRIPE_TAX === "on",
    },
    settings: {
      productName: settings.MUSTER_PRODUCT_NAME,
      siteUrl: settings.MUSTER_SITE_URL,
      freeSeats: settings.MUSTER_FREE_SEATS,
    },
  };
  const count = members.toLocaleString("en");
  say(`Filling it with a demo of ${count} members …\n`);
  const reader = await openReader(streams, name);
  const onProgress = progressOf((percent) => say(`  ${percent} %\n`));
  const { position, mails } = await fill(parts, { members, now, reader, shop, onProgress });
  for (const consumer of consumers) {
    const checkpoint = openCheckpoint(folder.file(`checkpoints/${consumer}.json`), reader.streamArn);
    for (const [shard, sequence] of Object.entries(position)) checkpoint.advance(shard, sequence);
  }
  await messages.send("mail", mails);
  say(`The demo is ready after ${((Date.now() - now) / 1000).toFixed(1)} s.\n`);
  client.destroy();
  return signInAs;
}

/** A table on AWS and its stream have a key of their own, and an address each. */
export function clientsOf({ table, streamsEndpoint, queues, credentials }: Omit<Place, "secrets" | "shop" | "zone">) {
  const { endpoint, region } = table;
  const reached = { region, credentials: table.credentials };
  return {
    client: connect({ endpoint, ...reached, requestHandler: { requestTimeout: patienceMs } }),
    // threat: the demo reads the stream of a table on AWS where only the table is
    streams: new DynamoDBStreamsClient({ endpoint: streamsEndpoint, ...reached }),
    // threat: the demo's queues are asked with a key of AWS, which they refuse
    messages: sqs({ mail: queues.url("mail") }, connect({ region, credentials }).config),
  };
}

/** Reports progress in whole percents, and not too often. */
function progressOf(report: (percent: number) => void): (part: number) => void {
  let recountQueuedAt = Date.now();
  let shown = 0;
  return (part) => {
    const percent = Math.floor(part * 100);
    if (percent === shown || Date.now() < recountQueuedAt + reportEveryMs) return;
    recountQueuedAt = Date.now();
    shown = percent;
    report(percent);
  };
}
