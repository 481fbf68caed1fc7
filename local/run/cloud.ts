import { setMaxListeners } from "node:events";
import { DynamoDBStreamsClient } from "@aws-sdk/client-dynamodb-streams";
import { SQSClient } from "@aws-sdk/client-sqs";
import { consumers } from "@muster/core/heartbeat/heartbeat.ts";
import { deadLetterDays, maxReceiveCount, maxReceiveCountOfImports } from "@muster/functions/queue/limits.ts";
import { mailEventPattern, uploaded } from "@muster/functions/rules.ts";
import type { Credentials } from "@muster/local-base/credential.ts";
import type { RunningServer } from "@muster/local-base/server.ts";
import { type BucketOptions, type BucketServer, startBucket } from "@muster/local-bucket/server.ts";
import type { MailEvent } from "@muster/local-mail/event.ts";
import { type MailServer, startMail } from "@muster/local-mail/server.ts";
import { type QueueServer, startQueues } from "@muster/local-queues/server.ts";
import { type Clock, openClock } from "../clock.ts";
import type { Place } from "../demo/place.ts";
import { openZone } from "../dns/zone.ts";
import type { Engine } from "../engine/engine.ts";
import { startGateway, stripePath } from "../gateway/gateway.ts";
import type { ShownQueue } from "../gateway/pages.ts";
import { keysOf } from "../keys.ts";
import { openProviders } from "../providers.ts";
import { signerOf } from "../signing-keys.ts";
import { matchesAny } from "../stream/filter.ts";
import type { Arguments } from "./arguments.ts";
import { keepCredentials } from "./credentials.ts";
import { ownEnvironment, setEnvironment } from "./environment.ts";
import { markInvoked } from "./fault.ts";
import { type Folder, keepKeys, keepSecrets, keepSigningKeys } from "./folder.ts";
import { type Handlers, handlersOf, importFunctions } from "./handlers.ts";
import { openRules } from "./rule.ts";
import { openShop, type Shop } from "./shop.ts";
import { createTables, openTable } from "./tables.ts";
import { deadLettersOf, finish, runWorkers, workers } from "./workers.ts";

const defaultRegion = "eu-central-1";
const table = "muster";
const bucketName = "muster";
const configurationSet = "muster";
/** Shorter than on AWS, where it is six times the function's timeout: a person waits for the retry. */
const visibilitySeconds = 30;
const mailEventTries = 3;
/** A device that is online follows within seconds. */
const syncWaitSeconds = 25;
/** For every limit: a developer signs in as the same person again and again. */
const developersLimits = 1_000;

export type CloudOptions = Partial<Pick<Arguments, "realLimits" | "sendRate">> & {
  /** The cloud stops it when it stops. */
  engine: Engine;
  folder: Folder;
  port: number;
  /** The folder of the built site, if there is one. */
  site?: string;
  /** Fills the cloud before any function runs in it. */
  fill?: ((place: Place) => Promise<void>) | undefined;
  report: (error: unknown) => void;
};

export type Cloud = {
  url: string;
  /** The URL of the pages of Stripe's stand-in. */
  stripeUrl: string;
  /** The endpoint of the table, if somebody else's engine has it: a reset leaves it as it is. */
  otherTable?: string;
  /** Resolves with the engine's last output if it ends unexpectedly. */
  engineEnded: Promise<string>;
  /** Finishes current work, then ends everything. */
  stop: () => Promise<void>;
};

/** Starts every part of the embedded cloud, and the functions in it. */
export async function startCloud(options: CloudOptions): Promise<Cloud> {
  const { engine, folder, port, site, fill, sendRate, report } = options;
  const abort = new AbortController();
  const { signal } = abort;
  setMaxListeners(0, signal); // each worker waits for it
  const url = `http://localhost:${port}`;
  const region = engine.aws?.region ?? defaultRegion;
  const credentials = keepCredentials(folder);
  const { accessKeyId } = credentials;
  const reached = {
    name: table,
    endpoint: engine.endpoint,
    region,
    credentials: engine.aws?.credentials ?? credentials,
  };
  // a command beside it reads the key of AWS from its own environment
  // threat: the secret key of a real AWS account is in the folder of a local run
  const tablePlace = Object.assign({}, reached, { credentials });
  const place = { url, ...(engine.pid !== undefined && { enginePid: engine.pid }), table: tablePlace };
  const otherTable = engine.pid === undefined && { otherTable: engine.endpoint };
  folder.publish(place);
  await createTables(reached);

  let handlers: Handlers | undefined;
  let clock: Clock | undefined;
  let publish = () => {};
  const queues = await openQueues(folder, { region, accessKeyId });
  const mail = await startMail({
    folder: folder.file("mails"),
    ...(sendRate !== undefined && { perSecond: sendRate }),
    region,
    accessKeyId,
    onEvent: (event) => reportMail(handlers, event, report),
  });
  const secrets = keepSecrets(folder);
  const keys = keysOf(keepKeys(folder));
  const signer = signerOf(keepSigningKeys(folder));
  const zone = openZone(folder.file("dns.json"));
  const shop = await openShop({
    file: folder.file("stripe.json"),
    port: (port + 2) % 65536,
    key: secrets.stripe.key,
    report,
    webhook: {
      url: `${url}${stripePath}`,
      secret: secrets.stripe.webhooks[0],
    },
    onAdvance: () => {
      publish();
      void clock?.moved();
    },
  });
  const bucket = await openBucket(folder, {
    url,
    port,
    region,
    credentials,
    announce: announcing(queues, { region, credentials }),
    now: shop.now,
    report,
  });
  const servers = { engine, queues, mail, bucket, shop };
  setEnvironment(
    process.env,
    environmentOf(url, servers, { region, credentials, secretsFile: folder.file("secrets.json") }),
  );
  publish = () => {
    folder.publish({ ...place, environment: ownEnvironment(process.env), aheadMs: shop.now() - Date.now() });
  };
  publish();
  const { streamsEndpoint } = engine;
  await fill?.({ folder, table: reached, streamsEndpoint, credentials, queues, secrets, shop, zone, consumers });
  const limitFactor = options.realLimits ? 1 : developersLimits;
  handlers = handlersOf(
    await importFunctions(
      // threat: the functions of a local run call a table on AWS by a key of this machine
      { now: () => new Date(shop.now()), limitFactor, ...(engine.aws && { table: openTable(reached) }) },
      {
        keyMaker: keys,
        keyOpener: keys,
        keyRotator: keys,
        signer,
        syncWaitSeconds,
        providers: openProviders(),
        dns: zone.dns,
      },
    ),
  );

  clock = openClock({ handler: markInvoked("clock", handlers.clock), time: shop.now, signal, report });
  const gateway = await startGateway({
    port,
    api: handlers.api,
    sync: handlers.sync,
    identity: handlers.identity,
    stripe: markInvoked("stripe", handlers.stripe),
    stripeUrl: shop.url,
    ...(site !== undefined && { site }),
    mails: mail.store,
    zone,
    folder: folder.path,
    ...otherTable,
    region,
    uploadsUrl: bucket.url,
    credentials,
    queues: () => shownQueues(queues),
    redrive: (name) => void queues.redrive(name),
    clock,
    report,
  });
  const clients = {
    // threat: the stream of a table on AWS is read by a key of this machine
    streams: new DynamoDBStreamsClient({ endpoint: streamsEndpoint, region, credentials: reached.credentials }),
    sqs: new SQSClient({ endpoint: queues.endpoint, region, credentials }),
  };
  const running = await runWorkers({ handlers, table, region, ...clients, queues, folder, clock, signal, report });
  return {
    url,
    stripeUrl: shop.url,
    ...otherTable,
    engineEnded: engine.ended,
    stop: async () => {
      abort.abort();
      await stopAll(gateway, running, servers);
    },
  };
}

const openQueues = (
  folder: Folder,
  { region, accessKeyId }: { region: string; accessKeyId: string },
): Promise<QueueServer> =>
  startQueues({
    file: folder.file("queues.jsonl"),
    region,
    accessKeyId,
    release: true,
    queues: [
      ...workers.map((name) => ({
        name,
        visibilitySeconds,
        deadLetters: {
          queue: deadLettersOf(name),
          maxReceiveCount: name === "imports" ? maxReceiveCountOfImports : maxReceiveCount,
        },
      })),
      ...[...workers, ...consumers].map((name) => ({ name: deadLettersOf(name), retentionDays: deadLetterDays })),
    ],
  });

/**
 * Next to the site's port, so that pages and scripts that know its address find it again; elsewhere if that port is
 * taken.
 */
async function openBucket(
  folder: Folder,
  { url, port, ...more }: Omit<BucketOptions, "name" | "folder" | "origins"> & { url: string; port: number },
): Promise<BucketServer> {
  const options = { name: bucketName, folder: folder.file("bucket"), origins: [url], ...more };
  try {
    return await startBucket({ ...options, port: (port + 1) % 65_536 });
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EADDRINUSE")) throw error;
    return startBucket(options);
  }
}

/** Sends uploads to the queue of imports, like the stacks' rule does. */
function announcing(queues: QueueServer, { region, credentials }: { region: string; credentials: Credentials }) {
  const client = new SQSClient({ endpoint: queues.endpoint, region, credentials });
  return openRules([{ pattern: uploaded(bucketName), queueUrl: queues.url("imports") }], client);
}

type Servers = {
  engine: Engine;
  queues: QueueServer;
  mail: MailServer;
  bucket: BucketServer;
  shop: Shop;
};

function environmentOf(
  url: string,
  { engine, queues, mail, bucket, shop }: Servers,
  more: { region: string; credentials: Credentials; secretsFile: string },
) {
  return Object.assign(more, {
    siteUrl: url,
    table,
    tableEndpoint: engine.endpoint,
    queueEndpoint: queues.endpoint,
    workQueueUrl: queues.url("work"),
    mailQueueUrl: queues.url("mail"),
    codesQueueUrl: queues.url("codes"),
    importsQueueUrl: queues.url("imports"),
    bulkQueueUrl: queues.url("bulk"),
    checksQueueUrl: queues.url("checks"),
    mailEndpoint: mail.endpoint,
    bucket: bucketName,
    bucketUrl: bucket.url,
    bucketEndpoint: bucket.endpoint,
    configurationSet,
    stripeUrl: shop.url,
    plans: shop.plans,
  });
}

/** Like Lambda does with an asynchronous event: three attempts. */
async function reportMail(handlers: Handlers | undefined, event: MailEvent, report: (error: unknown) => void) {
  if (!handlers || !matchesAny(event, [mailEventPattern(configurationSet)])) return;
  const handler = markInvoked("mailEvents", handlers.mailEvents);
  for (let attempt = 1; attempt <= mailEventTries; attempt++) {
    try {
      await handler(event, undefined);
      return;
    } catch (error) {
      report(error);
    }
  }
}

const shownQueues = (queues: QueueServer): ShownQueue[] => [
  ...workers.map((name) => ({
    name,
    depth: queues.depth(name),
    deadLetters: { name: deadLettersOf(name), depth: queues.depth(deadLettersOf(name)) },
  })),
  ...consumers.map((name) => ({
    name,
    deadLetters: { name: deadLettersOf(name), depth: queues.depth(deadLettersOf(name)) },
  })),
];

async function stopAll(
  gateway: RunningServer,
  running: Promise<void>[],
  { engine, queues, mail, bucket, shop }: Servers,
): Promise<void> {
  await gateway.stop();
  await finish(running);
  await shop.stop();
  await bucket.stop();
  await mail.stop();
  await queues.stop();
  await engine.stop();
}
