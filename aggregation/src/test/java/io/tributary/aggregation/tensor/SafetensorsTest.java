package io.tributary.aggregation.tensor;

import static io.tributary.aggregation.Failures.assertRefused;
import static io.tributary.aggregation.SampleFiles.layout;
import static io.tributary.aggregation.SampleFiles.tensor;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.aggregation.SampleFiles;
import io.tributary.federation.ErrorKind;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SafetensorsTest {
  private final Layout layout =
      layout(
          tensor("w", DType.F32, 2, 3),
          tensor("e", DType.F32, 0, 4),
          tensor("s", DType.F64),
          tensor("flags", DType.BOOL, 3));

  private static SafetensorsHeader read(byte[] file) throws IOException {
    return Safetensors.read(ByteSource.of(file));
  }

  @Test
  void canonicalHeader_isExactlyThis() {
    String json =
        "{\"e\":{\"dtype\":\"F32\",\"shape\":[0,4],\"data_offsets\":[0,0]},"
            + "\"flags\":{\"dtype\":\"BOOL\",\"shape\":[3],\"data_offsets\":[0,3]},"
            + "\"s\":{\"dtype\":\"F64\",\"shape\":[],\"data_offsets\":[3,11]},"
            + "\"w\":{\"dtype\":\"F32\",\"shape\":[2,3],\"data_offsets\":[11,35]}}";
    byte[] header = Safetensors.canonicalHeader(layout);
    int padded = (json.length() + 7) / 8 * 8;
    assertEquals(8 + padded, header.length);
    assertEquals(padded, (header[0] & 0xff) | (header[1] & 0xff) << 8);
    assertArrayEquals(new byte[6], Arrays.copyOfRange(header, 2, 8));
    String text = new String(header, 8, padded, UTF_8);
    assertEquals(json + " ".repeat(padded - json.length()), text);
    assertEquals(header.length + 35, Safetensors.canonicalSize(layout));
  }

  @Test
  void canonicalHeader_ofNothing_isAnEmptyObject() throws IOException {
    Layout nothing = Layout.of(List.of());
    byte[] header = Safetensors.canonicalHeader(nothing);
    assertEquals("{}      ", new String(header, 8, 8, UTF_8));
    assertEquals(
        new SafetensorsHeader(nothing, new TreeMap<>(), new TreeMap<>(), true), read(header));
  }

  @Test
  void read_canonicalFile_givesLayoutAndPositions() throws IOException {
    byte[] header = Safetensors.canonicalHeader(layout);
    byte[] file = Arrays.copyOf(header, header.length + 35);
    SafetensorsHeader read = read(file);
    assertEquals(layout, read.layout());
    assertTrue(read.canonical());
    assertTrue(read.metadata().isEmpty());
    long start = header.length;
    assertEquals(
        Map.of("e", start, "flags", start, "s", start + 3, "w", start + 11), read.positions());
  }

  @Test
  void read_metadata_isKeptButNotCanonical() throws IOException {
    byte[] header = Safetensors.header(layout, Map.of("format", "pt", "a", "\"q\""));
    byte[] file = Arrays.copyOf(header, header.length + 35);
    assertEquals(Map.of("format", "pt", "a", "\"q\""), read(file).metadata());
    assertEquals(layout, read(file).layout());
    assertFalse(read(file).canonical());
    byte[] alone = Safetensors.header(Layout.of(List.of()), Map.of("format", "pt"));
    assertEquals(Map.of("format", "pt"), read(alone).metadata());
  }

  @Test
  void read_otherOrderOfData_isSoundButNotCanonical() throws IOException {
    String json =
        "{\"a\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[1,3]},"
            + "\"b\":{\"dtype\":\"U8\",\"shape\":[],\"data_offsets\":[0,1]}}";
    SafetensorsHeader read = read(Malformed.file(json, 3));
    assertFalse(read.canonical());
    assertEquals(8 + json.length() + 1, read.position("a"));
    assertEquals(8 + json.length(), read.position("b"));
    assertRefused(ErrorKind.NOT_FOUND, "\"c\"", () -> read.position("c"));
  }

  @Test
  void read_otherPadding_isNotCanonical() throws IOException {
    Layout padded = layout(tensor("p", DType.U8, 1));
    String json = new String(Safetensors.canonicalHeader(padded), UTF_8).substring(8);
    assertTrue(json.endsWith("}   "));
    assertTrue(read(Malformed.file(json, 1)).canonical());
    assertFalse(read(Malformed.file(json + " ", 1)).canonical());
    assertFalse(read(Malformed.file(json.stripTrailing(), 1)).canonical());
  }

  @Test
  void read_goldenFileWrittenByPython_isUnderstood() throws IOException {
    byte[] file;
    try (var in =
        SafetensorsTest.class.getResourceAsStream("/golden/server-optimizers/case.safetensors")) {
      file = in.readAllBytes();
    }
    SafetensorsHeader read = read(file);
    assertEquals(List.of(5L, 20L), read.layout().find("deltas").orElseThrow().shape());
    assertEquals(DType.I64, read.layout().find("fedavg.counts").orElseThrow().dtype());
    assertFalse(read.canonical());
  }

  @Test
  void startsCanonically_looksAtTheHeaderOnly() throws IOException {
    byte[] header = Safetensors.canonicalHeader(layout);
    assertTrue(Safetensors.startsCanonically(ByteSource.of(header), layout));
    assertTrue(
        Safetensors.startsCanonically(
            ByteSource.of(Arrays.copyOf(header, header.length + 1)), layout));
    assertFalse(
        Safetensors.startsCanonically(
            ByteSource.of(Arrays.copyOf(header, header.length - 1)), layout));
    header[20]++;
    assertFalse(Safetensors.startsCanonically(ByteSource.of(header), layout));
  }

  @Test
  void fileSource_readsAtPositionsAndSaysWhenItEnds(@TempDir Path folder) throws IOException {
    Path path = Files.write(folder.resolve("t"), new byte[] {1, 2, 3, 4});
    try (ByteSource source = ByteSource.of(FileChannel.open(path))) {
      assertEquals(4, source.size());
      ByteBuffer two = ByteBuffer.allocate(2);
      source.read(1, two);
      assertArrayEquals(new byte[] {2, 3}, two.array());
      EOFException end =
          assertThrows(EOFException.class, () -> source.read(2, ByteBuffer.allocate(3)));
      assertEquals("file ends at byte 4", end.getMessage());
    }
    FileChannel channel = FileChannel.open(path);
    ByteSource.of(channel).close();
    assertFalse(channel.isOpen());
  }

  @Test
  void arraySource_readsAtPositionsAndSaysWhenItEnds() throws IOException {
    try (ByteSource source = ByteSource.of(new byte[] {1, 2, 3, 4})) {
      ByteBuffer two = ByteBuffer.allocate(2);
      source.read(2, two);
      assertArrayEquals(new byte[] {3, 4}, two.array());
      assertThrows(EOFException.class, () -> source.read(3, ByteBuffer.allocate(2)));
      assertThrows(EOFException.class, () -> source.read(1L << 40, ByteBuffer.allocate(1)));
    }
  }

  @Test
  void sink_overAChannel_takesAll() throws IOException {
    var out = new ByteArrayOutputStream();
    ByteSink sink = ByteSink.of(Channels.newChannel(out));
    sink.write(ByteBuffer.wrap(new byte[20_000]));
    ByteBuffer more = ByteBuffer.wrap(new byte[] {7});
    sink.write(more);
    assertFalse(more.hasRemaining());
    assertEquals(20_001, out.size());
    assertEquals(7, out.toByteArray()[20_000]);
  }

  @Test
  void sampleFiles_areCanonical() throws IOException {
    Layout floats = layout(tensor("w", DType.F32, 2));
    byte[] file = SampleFiles.file(floats, 1.5, -2);
    assertTrue(read(file).canonical());
    assertArrayEquals(new double[] {1.5, -2}, SampleFiles.values(floats, file));
  }
}
