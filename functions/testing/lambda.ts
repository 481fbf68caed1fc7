import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { lambdaNode } from "./node.ts";
import { startRuntimeApi } from "./runtime-api.ts";

const bootstrap = fileURLToPath(new URL("bootstrap.mjs", import.meta.url));

export type RunningFunction = {
  pid: number;
  /** @throws InvocationFailed */
  invoke: (event: object) => Promise<unknown>;
  /** The output of the process so far: its log. */
  said: () => string;
  stop: () => Promise<void>;
};

/** Runs a bundle in a process of its own, on the Node of Lambda and with only Lambda's environment. */
export async function startFunction(
  folder: string,
  environment: Readonly<Record<string, string>>,
  node = lambdaNode(),
): Promise<RunningFunction> {
  const api = await startRuntimeApi();
  const child = spawn(node, ["--enable-source-maps", bootstrap], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...lambdaEnvironment(folder), ...environment, AWS_LAMBDA_RUNTIME_API: api.address },
  });
  let said = "";
  const listen = (chunk: Buffer) => {
    said += chunk.toString();
  };
  child.stdout.on("data", listen);
  child.stderr.on("data", listen);
  const ended = new Promise<void>((resolve) => {
    child.once("close", (code) => {
      api.abandon({ errorType: "Runtime.ExitError", errorMessage: `The process ended with ${code}. ${said}` });
      resolve();
    });
  });
  return {
    pid: child.pid ?? 0,
    invoke: api.invoke,
    said: () => said,
    stop: async () => {
      child.kill("SIGKILL");
      await ended;
      await api.stop();
    },
  };
}

/** Returns what Lambda itself sets: https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html */
const lambdaEnvironment = (folder: string) => ({
  _HANDLER: "index.handler",
  LAMBDA_TASK_ROOT: folder,
  AWS_EXECUTION_ENV: "AWS_Lambda_nodejs24.x",
  AWS_LAMBDA_FUNCTION_NAME: "muster-test",
  AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
  AWS_LAMBDA_FUNCTION_MEMORY_SIZE: "512",
  AWS_LAMBDA_LOG_GROUP_NAME: "/aws/lambda/muster-test",
  AWS_LAMBDA_LOG_STREAM_NAME: "2026/11/24/[$LATEST]00000000",
  AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand",
  AWS_REGION: "eu-central-1",
  AWS_ACCESS_KEY_ID: "local",
  AWS_SECRET_ACCESS_KEY: "local",
  AWS_SESSION_TOKEN: "local",
  TZ: ":UTC",
  LANG: "en_US.UTF-8",
  PATH: "/usr/local/bin:/usr/bin:/bin",
});
