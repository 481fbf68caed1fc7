import { useEffect } from "react";
import type { FieldValues, UseFormReturn } from "react-hook-form";
import { forgetDraft, keepDraft, readDraft } from "./draft.ts";

/** Fills a form with its draft, and stores the draft as the form changes; a form that equals what is saved has none. */
export function useDraft<V extends FieldValues, C, O>(form: UseFormReturn<V, C, O>, name: string) {
  useEffect(() => {
    const draft = readDraft<V>(name);
    if (Object.keys(draft).length > 0) {
      form.reset({ ...form.getValues(), ...draft }, { keepDefaultValues: true });
    }
    return form.subscribe({
      formState: { values: true, isDirty: true },
      callback: ({ values, isDirty }) => {
        if (isDirty) {
          keepDraft(name, values);
        } else {
          forgetDraft(name);
        }
      },
    });
  }, [form, name]);
}
