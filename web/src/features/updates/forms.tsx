import { type ComponentProps, lazy, Suspense, useState } from "react";
import { patient } from "#lib/patient.ts";
import { Skeleton } from "#ui/skeleton.tsx";
import type { CommentFields as TextFields } from "./comment-fields.tsx";
import type { UpdateForm as UpdateFields } from "./update-form.tsx";

// What members write with comes after the updates, but before it is wanted: from then on it is there with the click, so
// that typing loses no letters.

type Forms = { ofUpdate: typeof UpdateFields; ofComment: typeof TextFields };
let forms: Forms | undefined;

async function load(): Promise<Forms> {
  const [{ UpdateForm: ofUpdate }, { CommentFields: ofComment }] = await Promise.all([
    import("./update-form.tsx"),
    import("./comment-fields.tsx"),
  ]);
  forms = { ofUpdate, ofComment };
  return forms;
}

export function loadForms() {
  load().catch(() => undefined);
}

const LazyUpdateForm = lazy(patient(async () => ({ default: (await load()).ofUpdate })));
const LazyCommentFields = lazy(patient(async () => ({ default: (await load()).ofComment })));

export function UpdateForm(props: ComponentProps<typeof UpdateFields>) {
  const [Form] = useState(() => forms?.ofUpdate ?? LazyUpdateForm);
  return (
    <Suspense fallback={<Skeleton className="h-80" />}>
      <Form {...props} />
    </Suspense>
  );
}

export function CommentFields(props: ComponentProps<typeof TextFields>) {
  const [Fields] = useState(() => forms?.ofComment ?? LazyCommentFields);
  return (
    <Suspense fallback={<Skeleton className="h-36" />}>
      <Fields {...props} />
    </Suspense>
  );
}
