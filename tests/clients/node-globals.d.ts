// The one thing of Node's that the typed client uses.
declare const process: { env: Record<string, string | undefined> };
