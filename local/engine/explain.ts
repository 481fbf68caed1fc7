/** Amazon's DynamoDB Local: a package that contains it, and the command that starts it in the package's folder. */
export const dynamoDbLocal = {
  archive: "amplify-dynamodb-simulator@2.9.30",
  folder: "package/emulator",
  java: ["-Djava.library.path=./DynamoDBLocal_lib", "-jar", "DynamoDBLocal.jar", "-sharedDb", "-disableTelemetry"],
};

const port = 8000;

type Missing = {
  name: string;
  version: string;
  /** Engines that were found and not used, each in a line. */
  others: string;
  platform: string;
  /** The reason that the package could not be installed. */
  why?: string;
  /** The folder in which the package is, of which no engine runs. */
  installed?: string;
};

/** Says what to do where there is no table engine, with commands for the system's own shell. */
export function explain(missing: Missing): string {
  const { version, others, platform } = missing;
  const { archive, folder, java } = dynamoDbLocal;
  const packed = `${archive.replace("@", "-")}.tgz`;
  const set = (variable: string, value: string) =>
    platform === "win32" ? `$env:${variable}="${value}"` : `export ${variable}=${value}`;
  return [
    `${others}Muster needs the table engine dynoxide ${version}. Its packages are for Linux and macOS (x64, arm64) and Windows (x64).`,
    stateOf(missing),
    "To use a dynoxide of another version, name it by MUSTER_ENGINE. There are two other tables.",
    "",
    "DynamoDB Local, which needs Java 17 and listens on all addresses of this machine. In one terminal:",
    `  npm pack ${archive}`,
    `  tar -xzf ${packed}`,
    `  cd ${folder}`,
    `  java ${java.join(" ")} -port ${port}`,
    "In another:",
    `  ${set("MUSTER_DYNAMODB_ENDPOINT", `http://127.0.0.1:${port}`)}`,
    "  npm start",
    "",
    "A table on AWS, which Muster creates, with the access key of a user who may use DynamoDB:",
    `  ${set("AWS_ACCESS_KEY_ID", "AKIA…")}`,
    `  ${set("AWS_SECRET_ACCESS_KEY", "…")}`,
    `  ${set("MUSTER_DYNAMODB_ENDPOINT", "https://dynamodb.eu-central-1.amazonaws.com")}`,
    "  npm start",
  ].join("\n");
}

function stateOf({ name, version, why, installed }: Pick<Missing, "name" | "version" | "why" | "installed">): string {
  if (why) return `The package ${name} could not be installed: ${why}`;
  if (!installed) return `The package ${name} is not installed.`;
  return `The package ${name} is installed, but no dynoxide ${version} of it runs here. To install it again, delete ${installed}.`;
}
