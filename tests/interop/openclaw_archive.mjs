// Packs folders with the library and the options that `openclaw backup create` uses: names are remapped to
// <root>/payload/posix/<absolute path>, the list comes first. Arguments: target, root, list, folders...
import path from "node:path";
import * as tar from "tar";

const [target, root, list, ...folders] = process.argv.slice(2);
await tar.create(
  {
    file: target,
    gzip: true,
    portable: true,
    preservePaths: true,
    // Hard links are packed as files of their own.
    linkCache: new (class extends Map {
      get() {
        return undefined;
      }
    })(),
    onWriteEntry: (entry) => {
      const full = path.resolve(entry.path);
      entry.path = full === list ? `${root}/manifest.json` : path.posix.join(root, "payload", "posix", full.slice(1));
    },
  },
  [list, ...folders],
);
