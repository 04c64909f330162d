package io.tributary.aggregation.lora;

import static java.util.Objects.requireNonNull;

import io.tributary.aggregation.tensor.ByteSink;
import io.tributary.aggregation.tensor.ByteSource;
import io.tributary.aggregation.tensor.Layout;
import io.tributary.aggregation.tensor.Safetensors;
import io.tributary.aggregation.tensor.SafetensorsHeader;
import io.tributary.aggregation.tensor.TensorSpec;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A canonical file that is made of tensors of other files, while it is read. Does not close them.
 */
public final class ComposedFile implements ByteSource {
  private static final int COPY_BYTES = 1 << 20;

  private record Place(ByteSource source, long position) {}

  private final byte[] header;
  private final List<Place> places = new ArrayList<>();

  /** Where each tensor ends in this file, in order. */
  private final long[] ends;

  private final Layout layout;

  private ComposedFile(Layout layout) {
    this.layout = layout;
    header = Safetensors.canonicalHeader(layout);
    ends = new long[layout.tensors().size()];
    long end = header.length;
    for (int i = 0; i < ends.length; i++) {
      end += layout.tensors().get(i).bytes();
      ends[i] = end;
    }
  }

  /** Some tensors of one file. */
  public static ComposedFile part(ByteSource file, Layout layout) throws IOException {
    var part = new ComposedFile(layout);
    Map<String, Long> positions = Safetensors.read(file).positions();
    for (TensorSpec tensor : layout.tensors()) {
      part.places.add(new Place(file, requireNonNull(positions.get(tensor.name()))));
    }
    return part;
  }

  /** All tensors of several files; of one that stands in more than one, that of the first. */
  public static ComposedFile of(List<ByteSource> files) throws IOException {
    List<TensorSpec> tensors = new ArrayList<>();
    Map<String, Place> places = new HashMap<>();
    for (ByteSource file : files) {
      SafetensorsHeader read = Safetensors.read(file);
      for (TensorSpec tensor : read.layout().tensors()) {
        long position = requireNonNull(read.positions().get(tensor.name()));
        if (places.putIfAbsent(tensor.name(), new Place(file, position)) == null) {
          tensors.add(tensor);
        }
      }
    }
    var whole = new ComposedFile(Layout.of(tensors));
    for (TensorSpec tensor : whole.layout.tensors()) {
      whole.places.add(requireNonNull(places.get(tensor.name())));
    }
    return whole;
  }

  public Layout layout() {
    return layout;
  }

  @Override
  public long size() {
    return header.length + layout.dataBytes();
  }

  @Override
  public void read(long position, ByteBuffer into) throws IOException {
    if (position > size() - into.remaining()) {
      throw new EOFException("bytes end at " + size());
    }
    long at = position;
    if (at < header.length) {
      int count = (int) Math.min(header.length - at, into.remaining());
      into.put(header, (int) at, count);
      at += count;
    }
    int whole = into.limit();
    while (into.hasRemaining()) {
      int tensor = tensorAt(at);
      long begin = ends[tensor] - layout.tensors().get(tensor).bytes();
      into.limit((int) Math.min(whole, into.position() + (ends[tensor] - at)));
      int count = into.remaining();
      Place place = places.get(tensor);
      place.source.read(place.position + at - begin, into);
      at += count;
      into.limit(whole);
    }
  }

  /** The tensor that a byte belongs to; tensors without bytes have none. */
  private int tensorAt(long position) {
    int found = Arrays.binarySearch(ends, position + 1);
    int at = found >= 0 ? found : -found - 1;
    while (at > 0 && ends[at - 1] == ends[at]) {
      at--;
    }
    return at;
  }

  /** Writes the whole file. */
  public void writeTo(ByteSink sink) throws IOException {
    ByteBuffer block = ByteBuffer.allocate((int) Math.min(COPY_BYTES, Math.max(1, size())));
    for (long at = 0; at < size(); at += block.capacity()) {
      block.clear().limit((int) Math.min(block.capacity(), size() - at));
      read(at, block);
      sink.write(block.flip());
    }
  }

  @Override
  public void close() {}
}
