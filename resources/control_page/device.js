// Who this browser is: an Ed25519 key that cannot leave it, kept in IndexedDB, and the signature that shows it.
// Source: gateway protocol 3, `v2|deviceId|clientId|clientMode|role|scopes|signedAtMs|token|nonce`.

const DATABASE = "clawd-control";
const STORE = "device";

/** A browser that cannot do what the page needs; `reason` is "insecure" or "old". */
export class Unfit extends Error {
  constructor(reason) {
    super(reason);
    this.reason = reason;
  }
}

/** The device of this browser, made on the first visit. Throws Unfit. */
export async function ownDevice() {
  if (!globalThis.isSecureContext || !globalThis.crypto?.subtle) {
    throw new Unfit("insecure");
  }
  const known = await stored("readonly", (store) => store.get("own")).catch(() => undefined);
  if (known) {
    return known;
  }
  const made = await newDevice();
  // Where storage is forbidden (a private window), the key lives as long as the page.
  await stored("readwrite", (store) => store.put(made, "own")).catch(() => undefined);
  return made;
}

/** The `device` of a connect. `fields` are what is signed along, as they stand in the other parameters. */
export async function proof(device, fields, nonce, signedAt) {
  const { clientId, clientMode, role, scopes, token } = fields;
  const text = ["v2", device.id, clientId, clientMode, role, scopes.join(","), signedAt, token, nonce].join("|");
  const signature = await crypto.subtle.sign("Ed25519", device.key, new TextEncoder().encode(text));
  return { id: device.id, publicKey: device.publicKey, signature: base64url(signature), signedAt, nonce };
}

async function newDevice() {
  let pair;
  try {
    pair = await crypto.subtle.generateKey("Ed25519", false, ["sign", "verify"]);
  } catch {
    throw new Unfit("old");
  }
  const raw = await crypto.subtle.exportKey("raw", pair.publicKey);
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", raw));
  const id = [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return { id, publicKey: base64url(raw), key: pair.privateKey };
}

function base64url(bytes) {
  const text = String.fromCharCode(...new Uint8Array(bytes));
  return btoa(text).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

function stored(mode, ask) {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open(DATABASE, 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore(STORE);
    opening.onerror = () => reject(opening.error);
    opening.onsuccess = () => {
      const database = opening.result;
      const transaction = database.transaction(STORE, mode);
      const request = ask(transaction.objectStore(STORE));
      transaction.oncomplete = () => {
        database.close();
        resolve(request.result);
      };
      transaction.onabort = () => {
        database.close();
        reject(transaction.error);
      };
    };
  });
}
