import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type Device, devicesQuery, revokeDevice } from "#lib/devices.ts";
import { ApiError, toSentence } from "#lib/failure.ts";
import { showAtOnce } from "#lib/optimistic.ts";
import { toast } from "#ui/toast.ts";

/** Shows the device as revoked at once, and restores it if the API refuses. */
export function useRevokeDevice() {
  const queryClient = useQueryClient();
  const { queryKey } = devicesQuery;
  return useMutation({
    mutationFn: ({ id }: Device) => revokeDevice(id),
    onMutate: ({ id }) =>
      showAtOnce<Device>(queryClient, queryKey, (device) =>
        device.id === id ? { ...device, wipingSince: new Date().toISOString() } : device,
      ),
    onSuccess: (_, { name }) => toast(`${name} is revoked`),
    onError: (error, { name }, putBack) => {
      const isGoneAlready = error instanceof ApiError && error.status === 404;
      if (!isGoneAlready) {
        putBack?.();
        toast(`${name} was not revoked`, { description: toSentence(error), type: "error" });
      }
    },
    onSettled: () => queryClient.invalidateQueries({ queryKey }),
  });
}
