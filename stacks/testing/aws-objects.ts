import type { IncomingMessage } from "node:http";

// Shapes

export type Answer = {
  status: number;
  body: string;
};

// Functions

/** The part of S3 that publishing assets and a rollback use. Parts of an upload are joined in order of arrival. */
export function answerObjects(request: IncomingMessage, body: Buffer, objects: Map<string, Buffer>): Answer {
  const url = new URL(request.url ?? "/", "http://s3");
  const key = decodeURIComponent(url.pathname.split("/").slice(2).join("/"));
  const source = request.headers["x-amz-copy-source"];
  if (typeof source === "string") return copy(source, key, objects);
  const content = isChunked(request) ? withoutChunks(body) : body;
  switch (request.method ?? "GET") {
    case "PUT":
      objects.set(
        key,
        url.searchParams.has("partNumber") ? Buffer.concat([objects.get(key) ?? Buffer.alloc(0), content]) : content,
      );
      return { status: 200, body: "" };
    case "POST":
      return { status: 200, body: upload(url, key) };
    case "GET":
      return read(url, key, objects);
    default:
      return { status: objects.has(key) ? 200 : 404, body: "" };
  }
}

function read(url: URL, key: string, objects: Map<string, Buffer>): Answer {
  if (url.searchParams.has("list-type")) {
    const prefix = url.searchParams.get("prefix");
    const keys = prefix === null ? [] : [...objects.keys()].filter((each) => each.startsWith(prefix)).sort();
    const contents = keys.map((each) => `<Contents><Key>${each}</Key></Contents>`).join("");
    return {
      status: 200,
      body: `<ListBucketResult><KeyCount>${keys.length}</KeyCount>${contents}</ListBucketResult>`,
    };
  }
  if (url.searchParams.has("location")) {
    return { status: 200, body: "<LocationConstraint>eu-west-1</LocationConstraint>" };
  }
  if (url.searchParams.has("encryption")) {
    const rule =
      "<ApplyServerSideEncryptionByDefault><SSEAlgorithm>AES256</SSEAlgorithm></ApplyServerSideEncryptionByDefault>";
    return {
      status: 200,
      body: `<ServerSideEncryptionConfiguration><Rule>${rule}</Rule></ServerSideEncryptionConfiguration>`,
    };
  }
  const found = objects.get(key);
  return found
    ? { status: 200, body: found.toString("utf8") }
    : { status: 404, body: "<Error><Code>NoSuchKey</Code></Error>" };
}

function copy(source: string, key: string, objects: Map<string, Buffer>): Answer {
  const found = objects.get(decodeURIComponent(source.replace(/^\/?[^/]+\//, "")));
  if (!found) return { status: 404, body: "<Error><Code>NoSuchKey</Code></Error>" };
  objects.set(key, found);
  return { status: 200, body: "<CopyObjectResult><ETag>0</ETag></CopyObjectResult>" };
}

function upload(url: URL, key: string): string {
  return url.searchParams.has("uploads")
    ? `<InitiateMultipartUploadResult><Key>${key}</Key><UploadId>1</UploadId></InitiateMultipartUploadResult>`
    : `<CompleteMultipartUploadResult><Key>${key}</Key></CompleteMultipartUploadResult>`;
}

function isChunked({ headers }: IncomingMessage): boolean {
  return String(headers["content-encoding"]).includes("aws-chunked");
}

/** The SDK sends a stream in chunks, each after its length in hexadecimal, and a checksum after the last. */
function withoutChunks(body: Buffer): Buffer {
  const chunks: Buffer[] = [];
  for (let at = 0; at < body.length; ) {
    const endOfLine = body.indexOf("\r\n", at);
    const length = Number.parseInt(body.toString("latin1", at, endOfLine), 16);
    if (!(length > 0)) {
      break;
    }
    chunks.push(body.subarray(endOfLine + 2, endOfLine + 2 + length));
    at = endOfLine + 2 + length + 2;
  }
  return Buffer.concat(chunks);
}
