package io.tributary.aggregation.tensor;

import static io.tributary.aggregation.Failures.assertRefused;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tributary.federation.ErrorKind;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/** Every rule of the format, broken once by name. */
class SafetensorsMalformedTest {
  private static void assertCorrupt(String part, byte[] file) {
    assertRefused(ErrorKind.CORRUPT, part, () -> Safetensors.read(ByteSource.of(file)));
  }

  private static byte[] pair(int a, int aEnd, int b, int bEnd, int dataBytes) {
    return Malformed.file(
        "{\"a\":" + u8("2", a, aEnd) + ",\"b\":" + u8("2", b, bEnd) + "}", dataBytes);
  }

  private static String u8(String size, long begin, long end) {
    return "{\"dtype\":\"U8\",\"shape\":["
        + size
        + "],\"data_offsets\":["
        + begin
        + ","
        + end
        + "]}";
  }

  @Test
  void read_soundPair_isTaken() throws IOException {
    assertEquals(2, Safetensors.read(ByteSource.of(pair(0, 2, 2, 4, 4))).layout().tensors().size());
  }

  @Test
  void read_emptyFile_isCorrupt() {
    assertCorrupt("0 bytes", new byte[0]);
    assertCorrupt("7 bytes", new byte[7]);
  }

  @Test
  void read_noHeader_isCorrupt() {
    assertCorrupt("no { at the start", new byte[8]);
  }

  @Test
  void read_headerCutOff_isCorrupt() {
    assertCorrupt("truncated: header of 100", Malformed.framed(100, "{}".getBytes(UTF_8), 0));
    assertCorrupt("truncated: header of 3", Malformed.framed(3, "{}".getBytes(UTF_8), 0));
  }

  @Test
  void read_headerTooLong_isCorruptBeforeMemoryIsTaken() {
    assertCorrupt("header of 16777217 bytes", Malformed.framed((16 << 20) + 1, new byte[0], 0));
    assertCorrupt("18446744073709551615", Malformed.framed(-1, new byte[0], 0));
    assertRefused(
        ErrorKind.CORRUPT,
        "at most 16 bytes",
        () -> Safetensors.read(ByteSource.of(pair(0, 2, 2, 4, 4)), 16));
  }

  @Test
  void read_ownLimitOfHeader_isExact() throws IOException {
    byte[] file = Malformed.file("{}      ", 0);
    assertEquals(0, Safetensors.read(ByteSource.of(file), 8).layout().dataBytes());
    assertRefused(ErrorKind.CORRUPT, "8 bytes", () -> Safetensors.read(ByteSource.of(file), 7));
  }

  @Test
  void read_notSafetensors_isCorrupt() {
    assertCorrupt("header of", "PK\3\4 some archive or other".getBytes(UTF_8));
    assertCorrupt("no { at the start", Malformed.file("[1,2]", 0));
    assertCorrupt("no { at the start", Malformed.file(" {}", 0));
  }

  @Test
  void read_brokenJson_isCorrupt() {
    assertCorrupt("JSON", Malformed.file("{\"a\":", 0));
    assertCorrupt("JSON", Malformed.file("{} x", 0));
    assertCorrupt("JSON", Malformed.file("{" + "[".repeat(5000), 0));
    assertCorrupt("UTF-8", Malformed.framed(3, new byte[] {'{', (byte) 0xff, '}'}, 0));
  }

  @Test
  void read_repeatedName_isCorrupt() {
    String entry = "{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]}";
    assertCorrupt("twice", Malformed.file("{\"a\":" + entry + ",\"a\":" + entry + "}", 1));
    assertCorrupt("twice", Malformed.file("{\"a\":" + entry + ",\"\\u0061\":" + entry + "}", 1));
  }

  @Test
  void read_unknownDtype_isCorrupt() {
    assertCorrupt("\"F8_E5M2\"", Malformed.tensor("\"F8_E5M2\"", "[1]", "[0,1]", 1));
    assertCorrupt("\"f32\"", Malformed.tensor("\"f32\"", "[1]", "[0,4]", 4));
    assertCorrupt("dtype is no text", Malformed.tensor("32", "[1]", "[0,4]", 4));
  }

  @Test
  void read_fieldMissingOrAdded_isCorrupt() {
    assertCorrupt("other fields", Malformed.tensor("{\"dtype\":\"U8\",\"shape\":[1]}", 1));
    assertCorrupt("other fields", Malformed.tensor("1", 1));
    assertCorrupt(
        "other fields",
        Malformed.tensor(
            "{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1],\"strides\":[1]}", 1));
    assertCorrupt(
        "no data_offsets",
        Malformed.tensor("{\"dtype\":\"U8\",\"shape\":[1],\"offsets\":[0,1]}", 1));
    assertCorrupt(
        "no shape", Malformed.tensor("{\"dtype\":\"U8\",\"size\":[1],\"data_offsets\":[0,1]}", 1));
    assertCorrupt(
        "no dtype", Malformed.tensor("{\"type\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]}", 1));
  }

  @Test
  void read_shapeTimesDtypeNotTheRange_isCorrupt() {
    assertCorrupt("4 bytes for F32[2]", Malformed.tensor("\"F32\"", "[2]", "[0,4]", 4));
    assertCorrupt("8 bytes for F32[]", Malformed.tensor("\"F32\"", "[]", "[0,8]", 8));
    assertCorrupt("1 bytes for F32[0]", Malformed.tensor("\"F32\"", "[0]", "[0,1]", 1));
  }

  @Test
  void read_absurdShape_isCorrupt() {
    assertCorrupt("shape of tensor", Malformed.tensor("\"U8\"", "[-1]", "[0,1]", 1));
    assertCorrupt(
        "shape of tensor", Malformed.tensor("\"U8\"", "[4294967296,4294967296]", "[0,0]", 0));
    assertCorrupt("no size", Malformed.tensor("\"U8\"", "[1.5]", "[0,1]", 1));
    assertCorrupt("no size", Malformed.tensor("\"U8\"", "[99999999999999999999]", "[0,1]", 1));
    assertCorrupt("no list", Malformed.tensor("\"U8\"", "1", "[0,1]", 1));
    assertCorrupt("no number", Malformed.tensor("\"U8\"", "[\"1\"]", "[0,1]", 1));
    assertCorrupt("17 sizes", Malformed.tensor("\"U8\"", "[1" + ",1".repeat(16) + "]", "[0,1]", 1));
  }

  @Test
  void read_badOffsets_isCorrupt() {
    assertCorrupt("1 data_offsets", Malformed.tensor("\"U8\"", "[1]", "[0]", 1));
    assertCorrupt("3 data_offsets", Malformed.tensor("\"U8\"", "[1]", "[0,1,2]", 1));
    assertCorrupt("[-1, 0]", Malformed.tensor("\"U8\"", "[1]", "[-1,0]", 1));
    assertCorrupt("[1, 0]", Malformed.tensor("\"U8\"", "[1]", "[1,0]", 1));
    assertCorrupt(
        "[-9223372036854775808, 9223372036854775807]",
        Malformed.tensor("\"U8\"", "[1]", "[-9223372036854775808,9223372036854775807]", 1));
  }

  @Test
  void read_overlap_isCorrupt() {
    assertCorrupt("\"b\" overlaps", pair(0, 2, 1, 3, 3));
    assertCorrupt("overlaps", pair(0, 2, 0, 2, 2));
  }

  @Test
  void read_hole_isCorrupt() {
    assertCorrupt("\"b\" follows a hole", pair(0, 2, 3, 5, 5));
    assertCorrupt("\"a\" follows a hole", pair(1, 3, 3, 5, 5));
  }

  @Test
  void read_offsetsOutside_isCorrupt() {
    assertCorrupt("ends at data byte 4 of 3", pair(0, 2, 2, 4, 3));
    assertCorrupt(
        "ends at data byte",
        Malformed.tensor("\"U8\"", "[1152921504606846976]", "[0,1152921504606846976]", 3));
  }

  @Test
  void read_bytesAfterTheLastTensor_isCorrupt() {
    assertCorrupt("1 bytes after the last tensor", pair(0, 2, 2, 4, 5));
    assertCorrupt("3 bytes after the last tensor", Malformed.file("{}", 3));
  }

  @Test
  void read_badName_isCorrupt() {
    String entry = "{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]}";
    assertCorrupt("tensor name", Malformed.file("{\"\":" + entry + "}", 1));
    assertCorrupt("tensor name", Malformed.file("{\"\\ud800\":" + entry + "}", 1));
    assertCorrupt("tensor name", Malformed.file("{\"a\\n\":" + entry + "}", 1));
  }

  @Test
  void read_badMetadata_isCorrupt() {
    assertCorrupt("__metadata__ is no object", Malformed.file("{\"__metadata__\":[]}", 0));
    assertCorrupt("\"k\" is no text", Malformed.file("{\"__metadata__\":{\"k\":1}}", 0));
  }

  @Test
  void read_tensorsTogetherTooLarge_isCorrupt() {
    long half = 1L << 60;
    String size = Long.toString(half);
    String json = "{\"a\":" + u8(size, 0, half) + ",\"b\":" + u8(size, half, 2 * half) + "}";
    byte[] header = json.getBytes(UTF_8);
    ByteSource claimsToBeLarge =
        new ByteSource() {
          @Override
          public long size() {
            return 8 + header.length + 2 * half;
          }

          @Override
          public void read(long position, ByteBuffer into) throws IOException {
            ByteSource.of(Malformed.framed(header.length, header, 0)).read(position, into);
          }

          @Override
          public void close() {}
        };
    assertRefused(ErrorKind.CORRUPT, "2^60", () -> Safetensors.read(claimsToBeLarge));
  }
}
