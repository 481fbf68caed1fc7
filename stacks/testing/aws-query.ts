import type { Rehearsal } from "./rehearsal.ts";

/** Stacks that CDK and SST expect in a bootstrapped account. */
const bootstrapStacks: Record<string, Record<string, string>> = {
  CDKToolkit: { BootstrapVersion: "28", BucketName: "cdk-assets" },
  SSTBootstrap: { Version: "7.4", BucketName: "sst-bootstrap" },
};

// Shapes

export type Account = {
  id: string;
  rehearsal: Rehearsal;
  /** Objects of all buckets, by key: CDK's keys are hashes. */
  objects: Map<string, Buffer>;
  /** The mistakes in the stacks that were refused. */
  refused: Map<string, string[]>;
};

// Functions

/**
 * STS and CloudFormation, which use forms and XML.
 * @throws what the service would answer with 400
 */
export function answerQuery(form: URLSearchParams, account: Account): string {
  const action = form.get("Action") ?? "";
  const stackName = form.get("StackName") ?? "";
  switch (action) {
    case "GetCallerIdentity":
      return envelope(
        action,
        element("Arn", `arn:aws:iam::${account.id}:user/tester`) +
          element("UserId", "AIDA") +
          element("Account", account.id),
      );
    case "AssumeRole":
      return envelope(action, temporaryCredentials());
    case "CreateStack":
      return envelope(action, element("StackId", createStack(stackName, form.get("TemplateURL") ?? "", account)));
    case "DescribeStacks":
      return envelope(action, element("Stacks", element("member", describeStack(stackName, account))));
    case "DescribeStackEvents":
      return envelope(action, element("StackEvents", ""));
    case "DescribeStackResources":
      return envelope(action, element("StackResources", describeMistakes(account.refused.get(stackName) ?? [])));
    default:
      throw new Error(`${action} is not answered here`);
  }
}

function createStack(stackName: string, templateUrl: string, { objects, refused, rehearsal }: Account): string {
  const template = objects.get(templateUrl.split("/").at(-1) ?? "");
  if (!template) {
    throw new Error(`There is no template at ${templateUrl}`);
  }
  const mistakes = rehearsal.deploy(stackName, JSON.parse(template.toString("utf8")));
  if (mistakes.length > 0) {
    refused.set(stackName, mistakes);
  }
  return `arn:aws:cloudformation:${stackName}`;
}

function describeStack(stackName: string, { refused, rehearsal }: Account): string {
  const outputs = bootstrapStacks[stackName] ?? rehearsal.outputs.get(stackName) ?? {};
  const isThere = stackName in bootstrapStacks || rehearsal.outputs.has(stackName);
  if (!isThere && !refused.has(stackName)) {
    throw new Error(`Stack with id ${stackName} does not exist`);
  }
  const members = Object.entries(outputs).map(([key, value]) =>
    element("member", element("OutputKey", key) + element("OutputValue", value)),
  );
  return (
    element("StackName", stackName) +
    element("StackStatus", isThere ? "CREATE_COMPLETE" : "ROLLBACK_COMPLETE") +
    element("CreationTime", "2026-01-01T00:00:00Z") +
    element("Outputs", members.join(""))
  );
}

function describeMistakes(mistakes: string[]): string {
  return mistakes
    .map((mistake, index) =>
      element(
        "member",
        element("LogicalResourceId", `Mistake${index}`) + element("ResourceStatusReason", escape(mistake)),
      ),
    )
    .join("");
}

function temporaryCredentials(): string {
  const credentials =
    element("AccessKeyId", "ASIATEST") +
    element("SecretAccessKey", "test") +
    element("SessionToken", "test") +
    element("Expiration", "2099-01-01T00:00:00Z");
  return element("Credentials", credentials);
}

function envelope(action: string, result: string): string {
  return element(`${action}Response`, element(`${action}Result`, result));
}

function element(name: string, content: string): string {
  return `<${name}>${content}</${name}>`;
}

function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}
