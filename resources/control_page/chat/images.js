// Pictures for a message: only kinds that models read, made small enough for one frame of the socket.

import { t } from "../i18n.js";

const KINDS = ["image/png", "image/jpeg", "image/webp", "image/gif"];
const SIDES = [1568, 1024, 768, 512, 384];
const QUALITY = 0.85;
// Base64 takes four letters for three bytes; the rest of the frame needs a little room.
const SHARE = 0.7;

/** Are there pictures among these files? */
export function pictures(files) {
  return [...files].filter((file) => file.type.startsWith("image/"));
}

/**
 * The picture as {mimeType, content (base64), fileName, url (for showing)}, at most `limit` bytes of frame. Throws an
 * Error with a sentence when it is no picture that can be read.
 */
export async function readPicture(file, limit) {
  const most = Math.floor(limit * SHARE);
  const blob = KINDS.includes(file.type) && file.size <= most ? file : await smaller(file, most);
  const content = await base64(blob);
  return { mimeType: blob.type, content, fileName: file.name || "picture", url: `data:${blob.type};base64,${content}` };
}

async function smaller(file, most) {
  let bitmap;
  try {
    bitmap = await createImageBitmap(file);
  } catch {
    throw new Error(t("chat.picture.unreadable", { name: file.name }));
  }
  for (const side of SIDES) {
    const blob = await scaled(bitmap, side);
    if (blob.size <= most) {
      return blob;
    }
  }
  throw new Error(t("chat.picture.large", { name: file.name }));
}

function scaled(bitmap, side) {
  const scale = Math.min(1, side / Math.max(bitmap.width, bitmap.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(bitmap.width * scale));
  canvas.height = Math.max(1, Math.round(bitmap.height * scale));
  const paint = canvas.getContext("2d");
  // JPEG has no see-through: what is empty shall be white, not black.
  paint.fillStyle = "#fff";
  paint.fillRect(0, 0, canvas.width, canvas.height);
  paint.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY));
}

function base64(blob) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result.slice(reader.result.indexOf(",") + 1));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(blob);
  });
}
