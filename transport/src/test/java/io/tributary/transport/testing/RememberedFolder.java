package io.tributary.transport.testing;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What of a folder would outlive a loss of power: names that were forced with their folder, bytes
 * that were forced with their file. What somebody makes without telling, such as another process,
 * is seen when it is next looked at, and counts as not forced.
 */
final class RememberedFolder {
  /** Something done to the real folder. */
  interface Change {
    void run() throws IOException;
  }

  /** A file or a folder, whatever names it has. */
  private abstract static class Thing {}

  private static final class Bytes extends Thing {
    byte[] kept = {};
  }

  private static final class Folder extends Thing {
    final Map<String, Thing> now = new TreeMap<>();
    final Map<String, Thing> kept = new TreeMap<>();
  }

  private final Path root;
  private final Predicate<Path> others;
  private final Folder top = new Folder();

  private RememberedFolder(Path root, Predicate<Path> others) {
    this.root = root.toAbsolutePath().normalize();
    this.others = others;
  }

  /** Takes all that lies in a folder as durable. */
  static RememberedFolder scan(Path root, Predicate<Path> others) throws IOException {
    var folder = new RememberedFolder(root, others);
    folder.keepAll(folder.top, folder.root);
    return folder;
  }

  private void keepAll(Folder folder, Path path) throws IOException {
    look(folder, path);
    folder.kept.putAll(folder.now);
    for (Map.Entry<String, Thing> entry : folder.now.entrySet()) {
      Path child = path.resolve(entry.getKey());
      if (entry.getValue() instanceof Folder inner) {
        keepAll(inner, child);
      } else if (entry.getValue() instanceof Bytes bytes) {
        bytes.kept = Files.readAllBytes(child);
      }
    }
  }

  /** Brings the names of a folder up to what really lies there. */
  private void look(Folder folder, Path path) throws IOException {
    var found = new TreeSet<String>();
    if (Files.isDirectory(path)) {
      try (Stream<Path> children = Files.list(path)) {
        children.filter(others.negate()).forEach(c -> found.add(c.getFileName().toString()));
      }
    }
    folder.now.keySet().retainAll(found);
    for (String name : found) {
      boolean isFolder = Files.isDirectory(path.resolve(name));
      Thing known = folder.now.get(name);
      if (known == null || isFolder != known instanceof Folder) {
        folder.now.put(name, isFolder ? new Folder() : new Bytes());
      }
    }
  }

  private @Nullable Folder folder(Path path) throws IOException {
    Path absolute = path.toAbsolutePath().normalize();
    if (!absolute.startsWith(root)) {
      return null;
    }
    Folder folder = top;
    Path at = root;
    for (Path name : root.relativize(absolute)) {
      if (name.toString().isEmpty()) {
        break;
      }
      look(folder, at);
      at = at.resolve(name);
      if (!(folder.now.get(name.toString()) instanceof Folder inner)) {
        return null;
      }
      folder = inner;
    }
    look(folder, at);
    return folder;
  }

  private @Nullable Folder parent(Path path) throws IOException {
    return folder(requireNonNull(path.toAbsolutePath().getParent()));
  }

  private @Nullable Thing thing(Path path) throws IOException {
    Folder folder = parent(path);
    return folder == null ? null : folder.now.get(path.getFileName().toString());
  }

  void opened(Path file) throws IOException {
    thing(file);
  }

  void forced(Path file) throws IOException {
    if (thing(file) instanceof Bytes bytes) {
      bytes.kept = Files.readAllBytes(file);
    }
  }

  void forcedFolder(Path path) throws IOException {
    Folder folder = folder(path);
    if (folder != null) {
      folder.kept.clear();
      folder.kept.putAll(folder.now);
    }
  }

  void moved(Path from, Path to, Change change) throws IOException {
    Thing thing = thing(from);
    Folder source = parent(from);
    change.run();
    if (source != null) { // a file made under this name later is another one
      source.now.remove(from.getFileName().toString());
    }
    Folder target = parent(to);
    if (thing != null && target != null) {
      target.now.put(to.getFileName().toString(), thing);
    }
  }

  void removed(Path path) throws IOException {
    Folder folder = parent(path);
    if (folder != null) {
      folder.now.remove(path.getFileName().toString());
    }
  }

  void linked(Path link, Path existing) throws IOException {
    Thing thing = thing(existing);
    Folder target = parent(link);
    if (thing != null && target != null) {
      target.now.put(link.getFileName().toString(), thing);
    }
  }

  /** Makes the folder what a loss of power may leave of it; all of that is durable then. */
  void settle(SplittableRandom random) throws IOException {
    IdentityHashMap<Bytes, byte[]> contents = new IdentityHashMap<>();
    read(top, root, contents);
    contents.replaceAll((bytes, current) -> survivor(bytes.kept, current, random));
    write(top, root, contents, random);
  }

  private void read(Folder folder, Path path, IdentityHashMap<Bytes, byte[]> contents)
      throws IOException {
    look(folder, path);
    for (Map.Entry<String, Thing> entry : folder.now.entrySet()) {
      Path child = path.resolve(entry.getKey());
      if (entry.getValue() instanceof Folder inner) {
        read(inner, child, contents);
      } else if (entry.getValue() instanceof Bytes bytes) {
        contents.put(bytes, Files.readAllBytes(child));
      }
    }
  }

  private static byte[] survivor(byte[] kept, byte[] current, SplittableRandom random) {
    if (Arrays.equals(kept, current)) {
      return kept;
    }
    int cut = random.nextInt(current.length + 1);
    return switch (random.nextInt(4)) {
      case 0 -> current;
      case 1 -> kept;
      case 2 -> Arrays.copyOf(current, cut);
      default -> Arrays.copyOf(Arrays.copyOf(current, cut), current.length); // zeros from there on
    };
  }

  private void write(
      Folder folder, Path path, IdentityHashMap<Bytes, byte[]> contents, SplittableRandom random)
      throws IOException {
    var names = new TreeSet<>(folder.now.keySet());
    names.addAll(folder.kept.keySet());
    Map<String, Thing> left = new TreeMap<>();
    for (String name : names) {
      Thing now = folder.now.get(name);
      Thing kept = folder.kept.get(name);
      Thing chosen = now == kept || random.nextBoolean() ? now : kept;
      if (chosen != null) {
        left.put(name, chosen);
      }
      if (chosen == null || chosen != now) {
        removeTree(path.resolve(name));
      }
    }
    for (Map.Entry<String, Thing> entry : left.entrySet()) {
      Path child = path.resolve(entry.getKey());
      if (entry.getValue() instanceof Folder inner) {
        Files.createDirectories(child);
        write(inner, child, contents, random);
      } else if (entry.getValue() instanceof Bytes bytes) {
        Files.deleteIfExists(child); // another name of it may have another fate
        Files.write(child, contents.getOrDefault(bytes, bytes.kept));
      }
    }
    folder.now.clear();
    folder.now.putAll(left);
    folder.kept.clear();
    folder.kept.putAll(left);
  }

  private static void removeTree(Path path) throws IOException {
    if (Files.exists(path)) {
      try (Stream<Path> all = Files.walk(path)) {
        for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(each);
        }
      }
    }
  }
}
