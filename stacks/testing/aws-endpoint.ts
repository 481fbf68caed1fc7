import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { text } from "node:stream/consumers";

const account = "111111111111";
const caller = `arn:aws:iam::${account}:user/tester`;

/** Stacks that CDK and SST expect to find in an account that was prepared for them. */
const bootstrapStacks: Record<string, Record<string, string>> = {
  CDKToolkit: { BootstrapVersion: "28", BucketName: "cdk-assets" },
  SSTBootstrap: { Version: "7.4", BucketName: "sst-bootstrap" },
};

// Shapes

export interface AwsEndpoint {
  url: string;
  /** The actions asked for so far, in order. */
  actions: string[];
  stop: () => Promise<void>;
}

// Functions

/** As much of AWS as `sst build` asks for: who is calling, and whether the account is prepared. */
export async function startAwsEndpoint(): Promise<AwsEndpoint> {
  const actions: string[] = [];
  const server = createServer((request, response) => {
    answer(request, response, actions).catch((error: Error) => response.writeHead(500).end(error.message));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") {
    throw new Error("The endpoint has no port.");
  }
  return {
    url: `http://127.0.0.1:${address.port}`,
    actions,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(request: IncomingMessage, response: ServerResponse, actions: string[]): Promise<void> {
  const form = new URLSearchParams(await text(request));
  const action = form.get("Action") ?? `${request.method} ${request.url}`;
  actions.push(action);
  response.setHeader("content-type", "text/xml");
  if (action === "GetCallerIdentity") {
    response.end(envelope(action, `<Arn>${caller}</Arn><UserId>AIDA</UserId><Account>${account}</Account>`));
    return;
  }
  const outputs = bootstrapStacks[form.get("StackName") ?? ""];
  if (action === "DescribeStacks" && outputs) {
    response.end(envelope(action, describeStack(form.get("StackName") ?? "", outputs)));
    return;
  }
  response.writeHead(400);
  response.end(
    `<ErrorResponse><Error><Code>ValidationError</Code><Message>${action}</Message></Error></ErrorResponse>`,
  );
}

function describeStack(name: string, outputs: Record<string, string>): string {
  const members = Object.entries(outputs).map(
    ([key, value]) => `<member><OutputKey>${key}</OutputKey><OutputValue>${value}</OutputValue></member>`,
  );
  return (
    `<Stacks><member><StackName>${name}</StackName><StackStatus>CREATE_COMPLETE</StackStatus>` +
    `<CreationTime>2026-01-01T00:00:00Z</CreationTime><Outputs>${members.join("")}</Outputs></member></Stacks>`
  );
}

function envelope(action: string, result: string): string {
  return `<${action}Response><${action}Result>${result}</${action}Result></${action}Response>`;
}
