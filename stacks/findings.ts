import { type CloudAssembly, SynthesisMessageLevel } from "aws-cdk-lib/cx-api";

/** cdk-nag's findings that no `justify` accepts, one sentence each: "path: rule". */
export function findings(assembly: CloudAssembly): string[] {
  return assembly.stacks.flatMap((stack) =>
    stack.messages
      .filter((message) => message.level !== SynthesisMessageLevel.INFO)
      .map((message) => `${message.id}: ${describe(message.entry.data)}`),
  );
}

function describe(data: unknown): string {
  return typeof data === "string" ? data.trim() : JSON.stringify(data);
}
