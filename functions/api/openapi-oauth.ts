import type { JsonSchema } from "./json-schema.ts";
import { type ErrorCode, errorResponses, exampleOf, headers } from "./openapi-errors.ts";
import type { Operation } from "./operation.ts";
import { bug, statuses } from "./problem.ts";

// What an endpoint of OAuth takes and answers, beside what all others do (RFC 6749).

const formSchema = {
  type: "object",
  additionalProperties: { type: "string" },
  description: "The same fields, as texts, but no challenge. Others are ignored.",
};

/** The body of a request. */
export function requestBody({ isOAuth }: Operation, content: JsonSchema): JsonSchema {
  const { properties, required = [] } = content["schema"] as { properties?: object; required?: string[] };
  return {
    required: properties === undefined || required.length > 0,
    content: {
      "application/json": content,
      ...(isOAuth && { "application/x-www-form-urlencoded": { ...content, schema: formSchema } }),
    },
  };
}

/**
 * The error responses of such an endpoint, whose clients read plain JSON. A request that does not get to it, and a bug,
 * are answered as everywhere.
 */
export function oauthErrorResponses(codes: readonly ErrorCode[]): JsonSchema {
  const schema = { $ref: "#/components/schemas/Problem" };
  const own = codes.filter(({ status }) => status !== bug.status);
  const responses = own.toReversed().map((one) => {
    const { status, title } = one;
    const content = { schema, example: exampleOf(one).value };
    const response = {
      description: `${title}.`,
      ...(headers[status] && { headers: headers[status] }),
      content: {
        "application/json": content,
        ...(status === statuses.forbidden && { "application/problem+json": content }),
      },
    };
    return [status, response];
  });
  return { ...errorResponses(codes), ...Object.fromEntries(responses) };
}
