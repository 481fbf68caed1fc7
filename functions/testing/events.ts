import type { APIGatewayProxyEventV2, EventBridgeEvent, SQSEvent } from "aws-lambda";

type HttpRequest = {
  method?: string;
  path: string;
  headers?: Record<string, string>;
  cookies?: string[];
  body?: object;
};

/** The event of an HTTP API (payload format 2.0): header names in lowercase, cookies separate. */
export function httpEvent({ method = "GET", path, headers = {}, cookies, body }: HttpRequest): APIGatewayProxyEventV2 {
  const [rawPath = path, rawQueryString = ""] = path.split("?");
  return {
    version: "2.0",
    routeKey: "$default",
    rawPath,
    rawQueryString,
    ...(cookies && { cookies }),
    headers: {
      accept: "*/*",
      host: "a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com",
      "user-agent": "Amazon CloudFront",
      "x-amzn-trace-id": "Root=1-00000000-000000000000000000000000",
      "x-forwarded-for": "203.0.113.9, 198.51.100.1",
      "x-forwarded-port": "443",
      "x-forwarded-proto": "https",
      ...(body && { "content-type": "application/json" }),
      ...headers,
    },
    requestContext: {
      accountId: "000000000000",
      apiId: "a1b2c3d4e5",
      domainName: "a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com",
      domainPrefix: "a1b2c3d4e5",
      http: { method, path: rawPath, protocol: "HTTP/1.1", sourceIp: "198.51.100.1", userAgent: "Amazon CloudFront" },
      requestId: "GrQzTjK5liAEMvA=",
      routeKey: "$default",
      stage: "$default",
      time: "24/Nov/2026:09:00:00 +0000",
      timeEpoch: 1_795_510_800_000,
    },
    ...(body && { body: JSON.stringify(body) }),
    isBase64Encoded: false,
  };
}

/** A batch from a queue, with its bodies by message id. */
export function queueEvent(bodies: Readonly<Record<string, string>>): SQSEvent {
  return {
    Records: Object.entries(bodies).map(([messageId, body]) => ({
      messageId,
      receiptHandle: "AQEB",
      body,
      attributes: {
        ApproximateReceiveCount: "1",
        SentTimestamp: "1795510800000",
        SenderId: "AROAEXAMPLE:muster-test",
        ApproximateFirstReceiveTimestamp: "1795510800001",
      },
      messageAttributes: {},
      md5OfBody: "00000000000000000000000000000000",
      eventSource: "aws:sqs",
      eventSourceARN: "arn:aws:sqs:eu-central-1:000000000000:work",
      awsRegion: "eu-central-1",
    })),
  };
}

/** A bounce as SES reports it through EventBridge. */
export function bounceEvent(email: string): EventBridgeEvent<"Email Bounced", object> {
  return {
    version: "0",
    id: "00000000-0000-0000-0000-000000000000",
    "detail-type": "Email Bounced",
    source: "aws.ses",
    account: "000000000000",
    time: "2026-11-24T09:00:00Z",
    region: "eu-central-1",
    resources: ["arn:aws:ses:eu-central-1:000000000000:configuration-set/muster"],
    detail: {
      eventType: "Bounce",
      bounce: {
        bounceType: "Permanent",
        bounceSubType: "General",
        bouncedRecipients: [{ emailAddress: email, action: "failed", status: "5.1.1" }],
        timestamp: "2026-11-24T09:00:00.000Z",
        feedbackId: "0100017",
        reportingMTA: "dns; mx.example.com",
      },
      mail: {
        timestamp: "2026-11-24T09:00:00.000Z",
        source: "muster@example.com",
        messageId: "0100017",
        destination: [email],
        headersTruncated: false,
        tags: { "ses:configuration-set": ["muster"], kind: ["code"] },
      },
    },
  };
}
