package io.tributary.training.data;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * Pictures and labels of MNIST's format. The file of labels lies beside that of pictures and is
 * named as MNIST names it: {@code images-idx3} becomes {@code labels-idx1}. The names of the labels
 * are their numbers, unless the source maps them.
 */
final class IdxPictures {
  private IdxPictures() {}

  static List<String> labels(SourceSpec source) throws IOException {
    var found = new TreeSet<String>();
    for (byte label : IdxFile.open(labelFile(source.path()), 1).readAll()) {
      found.add(source.named(String.valueOf(label & 0xff)));
    }
    return List.copyOf(found);
  }

  static void read(SourceSpec source, List<String> labels, Consumer<Example> into)
      throws IOException {
    IdxFile pictures = IdxFile.open(source.path(), 3);
    Path labelFile = labelFile(source.path());
    byte[] own = IdxFile.open(labelFile, 1).readAll();
    if (own.length != pictures.entries()) {
      throw DataRefusal.of(
          labelFile,
          "",
          own.length + " labels",
          pictures.entries() + ", one for each picture",
          "Fetch both files again.");
    }
    for (int i = 0; i < own.length; i++) {
      String label = source.named(String.valueOf(own[i] & 0xff));
      int position = labels.indexOf(label);
      if (position < 0) {
        throw DataRefusal.unknownLabel(labelFile, "entry " + (i + 1), label, labels);
      }
      into.accept(
          new OtherExample(
              new Input.Image(new Picture.InIdx(pictures, i)), new Target.Label(position)));
    }
  }

  static Path labelFile(Path pictures) {
    String name = DataRefusal.name(pictures);
    String labels = name.replace("images", "labels").replace("idx3", "idx1");
    if (labels.equals(name)) {
      throw DataRefusal.of(
          pictures,
          "",
          "a name without \"images\"",
          "a name such as train-images-idx3-ubyte.gz, its labels in train-labels-idx1-ubyte.gz",
          "Rename both files.");
    }
    return pictures.resolveSibling(labels);
  }
}
