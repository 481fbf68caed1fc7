import { useQueryClient } from "@tanstack/react-query";
import { useReauthenticatedTask } from "#features/reauthentication/use-reauthentication.ts";
import { addPasskey, passkeysQuery } from "#lib/passkeys.ts";
import { describeAgent } from "#lib/user-agent.ts";
import { toast } from "#ui/toast.ts";

/** Makes a passkey in this browser, named after it, once it is sure who asks. */
export function useAddPasskey(onAdded: () => void = () => {}) {
  const queryClient = useQueryClient();
  return useReauthenticatedTask<void>(async () => {
    await addPasskey(describeAgent(navigator.userAgent).name);
    toast("Passkey added", { description: "Next time, sign in with it instead of a code." });
    await queryClient.invalidateQueries({ queryKey: passkeysQuery.queryKey });
    onAdded();
  });
}
