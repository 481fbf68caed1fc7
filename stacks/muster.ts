import { type App, type StackProps, Tags } from "aws-cdk-lib";
import { AlarmsStack } from "./alarms.ts";
import { ApiStack } from "./api.ts";
import { BillingStack } from "./billing.ts";
import { DataStack } from "./data.ts";
import { type Deployment, resourceName } from "./deployment.ts";
import { functionEnvironment } from "./environment.ts";
import { FirewallStack, firewallRegion } from "./firewall.ts";
import { MailStack } from "./mail.ts";
import { QueuesStack } from "./queues.ts";
import { ScheduleStack } from "./schedule.ts";
import { SiteStack } from "./site.ts";
import { PagesStack } from "./site-upload.ts";
import { StorageStack } from "./storage.ts";
import { WorkersStack } from "./workers.ts";

// Shapes

export type Target = {
  /** The account, if it is known; a synthesis for any account leaves it out. */
  account?: string;
};

export type Muster = {
  data: DataStack;
  queues: QueuesStack;
  site: SiteStack;
  storage: StorageStack;
  mail: MailStack;
  workers: WorkersStack;
  api: ApiStack;
  billing: BillingStack;
  schedule: ScheduleStack;
  alarms: AlarmsStack;
  pages: PagesStack;
  firewall?: FirewallStack;
};

// Functions

/** All stacks of one stage. */
export function muster(app: App, deployment: Deployment, target: Target = {}): Muster {
  const { config } = deployment;
  const stack = (part: string) => stackProps(deployment, part, { ...target, region: config.region });
  const name = (part: string) => resourceName(deployment, part);

  const data = new DataStack(app, name("data"), stack("data"));
  const queues = new QueuesStack(app, name("queues"), stack("queues"));
  const created = needsFirewall(deployment) ? firewall(app, deployment, target) : undefined;
  const webAclArn = created?.webAclArn ?? (config.firewall === "none" ? undefined : config.firewall);
  const site = new SiteStack(app, name("site"), {
    ...stack("site"),
    secrets: data.secrets,
    ...(webAclArn !== undefined && { webAclArn }),
  });
  const storage = new StorageStack(app, name("storage"), { ...stack("storage"), site });

  const environment = functionEnvironment(deployment, { data, queues, site });
  const shared = { data, queues, environment };
  const mail = new MailStack(app, name("mail"), { ...stack("mail"), ...shared });
  const workers = new WorkersStack(app, name("workers"), { ...stack("workers"), ...shared, mail, storage });
  const api = new ApiStack(app, name("api"), { ...stack("api"), ...shared, site, storage });
  const billing = new BillingStack(app, name("billing"), { ...stack("billing"), ...shared, site });
  const schedule = new ScheduleStack(app, name("schedule"), { ...stack("schedule"), ...shared });
  const alarms = new AlarmsStack(app, name("alarms"), {
    ...stack("alarms"),
    functions: [
      api.api,
      api.sync,
      api.identity,
      workers.follow,
      workers.view,
      workers.work,
      workers.mail,
      workers.bulk,
      workers.imports,
      workers.checks,
      schedule.clock,
      mail.mailEvents,
      billing.webhook,
      billing.bus,
    ],
    streamConsumers: [workers.follow, workers.view],
    queues,
    mails: workers.mails,
    emailsPaused: mail.emailsPaused,
    payments: schedule.payments,
    stripeUnusable: schedule.stripeUnusable,
    digestsRepeated: schedule.digestsRepeated,
    partsStopped: schedule.partsStopped,
    webhooksRefused: billing.webhooksRefused,
    deadLetters: [
      ...queues.deadLetters,
      ...workers.deadLetters,
      schedule.deadLetters,
      mail.deadLetters,
      billing.deadLetters,
    ],
    stage: api.stage,
    configurationSetName: mail.configurationSetName,
  });
  const pages = new PagesStack(app, name("pages"), { ...stack("pages"), bucket: site.bucket });
  // threat: a release sends messages and requests to functions that do not know them yet
  for (const sender of [api, billing, schedule]) sender.addDependency(workers);
  for (const earlier of [api, billing, schedule]) pages.addDependency(earlier);
  tag(app, deployment);
  return {
    data,
    queues,
    site,
    storage,
    mail,
    workers,
    api,
    billing,
    schedule,
    alarms,
    pages,
    ...(created && { firewall: created }),
  };
}

/** Only the web ACL: all that a stage in another region needs in us-east-1. */
export function firewall(app: App, deployment: Deployment, target: Target = {}): FirewallStack {
  tag(app, deployment);
  const props = stackProps(deployment, "firewall", { ...target, region: firewallRegion });
  return new FirewallStack(app, resourceName(deployment, "firewall"), props);
}

function needsFirewall({ config, stage }: Deployment): boolean {
  if (config.firewall !== undefined) {
    return false;
  }
  if (config.region !== firewallRegion) {
    throw new Error(
      `The stage "${stage}" has no "firewall". CloudFront takes a web ACL from ${firewallRegion} only: create it with ` +
        `"npx sst deploy --stage ${stage} --region ${firewallRegion}" and enter its ARN, or enter "none".`,
    );
  }
  return true;
}

function stackProps(
  deployment: Deployment,
  part: string,
  env: { account?: string; region: string },
): StackProps & { deployment: Deployment } {
  return { deployment, env, stackName: resourceName(deployment, part), description: `Muster: ${part}` };
}

function tag(app: App, deployment: Deployment): void {
  Tags.of(app).add("app", "muster");
  Tags.of(app).add("stage", deployment.stage);
}
