import { join } from "node:path";
import { pathToFileURL } from "node:url";

/**
 * The loop of Lambda's Node runtime, without its native add-on: imports the handler, fetches an event, returns what the
 * handler answers. It runs on the Node of Lambda, so it is plain JavaScript.
 */
// an import would load Node's fetch as well, which Lambda's own runtime does not
const { request } = process.getBuiltinModule("node:http");
const { AWS_LAMBDA_RUNTIME_API, LAMBDA_TASK_ROOT, _HANDLER } = process.env;
const [host, port] = AWS_LAMBDA_RUNTIME_API.split(":");
const [file, name] = _HANDLER.split(".");

let handler;
try {
  ({ [name]: handler } = await import(pathToFileURL(join(LAMBDA_TASK_ROOT, `${file}.mjs`)).href));
  if (typeof handler !== "function") throw new Error(`${_HANDLER} is not a function.`);
  if (handler.length > 2) throw new Error("Node 24 on Lambda does not support callback handlers.");
} catch (error) {
  await call("POST", "init/error", report(error));
  process.exit(1);
}

for (;;) {
  const { headers, body } = await call("GET", "invocation/next");
  const id = headers["lambda-runtime-aws-request-id"];
  const deadline = Number(headers["lambda-runtime-deadline-ms"]);
  const context = {
    awsRequestId: id,
    functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: process.env.AWS_LAMBDA_FUNCTION_VERSION,
    invokedFunctionArn: headers["lambda-runtime-invoked-function-arn"],
    memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    getRemainingTimeInMillis: () => deadline - Date.now(),
  };
  try {
    const answer = await handler(JSON.parse(body), context);
    await call("POST", `invocation/${id}/response`, answer ?? null);
  } catch (error) {
    await call("POST", `invocation/${id}/error`, report(error));
  }
}

function report(error) {
  return { errorType: error.name, errorMessage: error.message, stackTrace: String(error.stack).split("\n") };
}

function call(method, path, body) {
  return new Promise((resolve, reject) => {
    const sent = request({ host, port, method, path: `/2018-06-01/runtime/${path}` }, (response) => {
      read(response).then((text) => resolve({ headers: response.headers, body: text }), reject);
    });
    sent.once("error", reject);
    sent.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

async function read(response) {
  const chunks = [];
  for await (const chunk of response) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
