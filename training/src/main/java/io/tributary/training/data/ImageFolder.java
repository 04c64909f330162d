package io.tributary.training.data;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * A folder with a folder of pictures for each label, which may hold folders again; torchvision's
 * {@code ImageFolder}. Names decide the order. Files whose names begin with a dot, or don't end
 * with .png, .jpg or .jpeg, are left alone.
 */
final class ImageFolder {
  private static final List<String> ENDINGS = List.of(".png", ".jpg", ".jpeg");

  private ImageFolder() {}

  static List<String> labels(SourceSpec source) throws IOException {
    return folders(source.path()).stream()
        .map(folder -> source.named(DataRefusal.name(folder)))
        .toList();
  }

  static void read(SourceSpec source, List<String> labels, Consumer<Example> into)
      throws IOException {
    for (Path folder : folders(source.path())) {
      String label = source.named(DataRefusal.name(folder));
      int position = labels.indexOf(label);
      List<Path> pictures = pictures(folder);
      if (position < 0 && !pictures.isEmpty()) {
        throw DataRefusal.unknownLabel(source.path(), "a folder", label, labels);
      }
      for (Path file : pictures) {
        String name = source.path().relativize(file).toString().replace('\\', '/');
        var picture = new Picture.InFile(file, name, Files.size(file));
        into.accept(new OtherExample(new Input.Image(picture), new Target.Label(position)));
      }
    }
  }

  private static List<Path> folders(Path root) throws IOException {
    if (!Files.isDirectory(root)) {
      throw Files.exists(root)
          ? DataRefusal.of(root, "", "a file", "a folder of folders", "Name the folder.")
          : DataRefusal.notFound(root);
    }
    List<Path> folders = new ArrayList<>();
    try (Stream<Path> entries = Files.list(root)) {
      entries
          .filter(Files::isDirectory)
          .filter(entry -> !DataRefusal.name(entry).startsWith("."))
          .sorted(Comparator.comparing(DataRefusal::name))
          .forEach(folders::add);
    }
    if (folders.isEmpty()) {
      throw DataRefusal.of(
          root, "", "no folders", "a folder of pictures for each label", "Sort them into folders.");
    }
    return folders;
  }

  /** The folder and all below it: a picture that comes or goes changes the time of one. */
  static List<Path> everyFolder(Path root) {
    try (Stream<Path> entries = Files.walk(root, FileVisitOption.FOLLOW_LINKS)) {
      return entries.filter(Files::isDirectory).sorted().toList();
    } catch (IOException | UncheckedIOException e) {
      return List.of(root);
    }
  }

  private static List<Path> pictures(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder, FileVisitOption.FOLLOW_LINKS)) {
      return files
          .filter(Files::isRegularFile)
          .filter(ImageFolder::isPicture)
          .sorted(
              Comparator.comparing(
                  (Path file) -> folder.relativize(file).toString().replace('\\', '/')))
          .toList();
    } catch (UncheckedIOException e) {
      throw new IOException("walking a folder of pictures", e);
    }
  }

  private static boolean isPicture(Path file) {
    String name = DataRefusal.name(file).toLowerCase(Locale.ROOT);
    return !name.startsWith(".") && ENDINGS.stream().anyMatch(name::endsWith);
  }
}
