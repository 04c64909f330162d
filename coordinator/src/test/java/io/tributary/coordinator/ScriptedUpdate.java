package io.tributary.coordinator;

import io.tributary.aggregation.codec.Coding;
import io.tributary.aggregation.codec.FloatRun;
import io.tributary.aggregation.tensor.ByteSink;
import io.tributary.aggregation.tensor.ByteSource;
import io.tributary.aggregation.tensor.DType;
import io.tributary.aggregation.tensor.Layout;
import io.tributary.aggregation.tensor.Safetensors;
import io.tributary.aggregation.tensor.TensorSpec;
import io.tributary.federation.AssignmentId;
import io.tributary.federation.Digest;
import io.tributary.federation.plan.Plan;
import io.tributary.proto.v1.Assignment;
import io.tributary.proto.v1.FileReference;
import io.tributary.proto.v1.GroupReference;
import io.tributary.proto.v1.Metric;
import io.tributary.proto.v1.SubmitHeader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** An update made without training: every element of the delta is one number. */
record ScriptedUpdate(SubmitHeader header, Map<String, Path> files) {
  /** What is wrong with an update. */
  enum Fault {
    NONE,
    NOT_A_NUMBER,
    ONE_INFINITE,
    HUGE_NUMBERS,
    LARGE_NUMBERS,
    OTHER_LAYOUT_INSIDE,
    OTHER_SHAPE_INSIDE,
    TRANSPOSED_INSIDE,
    ONE_ELEMENT_SHAPES,
    OTHER_TYPE_INSIDE,
    OTHER_LAYOUT_STATED,
    OTHER_CODEC_STATED,
    OTHER_GROUP_STATED,
    WRONG_BASE,
    ABSURD_COUNT,
    NEGATIVE_COUNT,
    ZERO_COUNT,
    TOO_BIG,
    GARBAGE,
    OVERLAPPING_OFFSETS,
    ABSURD_HEADER_SIZE,
    DUPLICATE_NAMES
  }

  static ScriptedUpdate make(
      Assignment assignment, Path trained, Path folder, float value, Fault fault) {
    try {
      Layout layout = Safetensors.read(ByteSource.of(Files.readAllBytes(trained))).layout();
      AssignmentId id = AssignmentId.parse(assignment.getId());
      Coding coding =
          assignment.getPlan().isEmpty()
              ? Coding.plain(layout)
              : Coding.ofDelta(Plan.parse(assignment.getPlan()), layout, id);
      byte[] right = encoded(coding, file(layout, value));
      byte[] bytes = ScriptedFault.spoil(right, layout, fault);
      Path file = folder.resolve(assignment.getId().replace('/', '-') + ".safetensors");
      Files.write(file, bytes);
      return new ScriptedUpdate(header(assignment, coding, bytes, fault), Map.of("delta", file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** As the plan says; a plan without a codec takes whatever number there is. */
  private static byte[] encoded(Coding coding, byte[] plain) throws IOException {
    if (coding.codec().equals(Coding.AS_THEY_ARE)) {
      return plain;
    }
    var out = new ByteArrayOutputStream();
    coding.encode(
        FloatRun.of(ByteSource.of(plain), coding.layout()), ByteSink.of(Channels.newChannel(out)));
    return out.toByteArray();
  }

  private static SubmitHeader header(
      Assignment assignment, Coding coding, byte[] bytes, Fault fault) {
    Layout other = Layout.of(List.of(new TensorSpec("x", DType.F32, List.of(1L))));
    Digest stated = fault == Fault.OTHER_LAYOUT_STATED ? other.digest() : coding.digest();
    long examples =
        switch (fault) {
          case ABSURD_COUNT -> 1_000_000_000_000L;
          case NEGATIVE_COUNT -> -1;
          case ZERO_COUNT -> 0;
          default -> 10;
        };
    return SubmitHeader.newBuilder()
        .setAssignment(assignment.getId())
        .setCheckpoint(
            fault == Fault.WRONG_BASE
                ? Digest.ofUtf8("another").toString()
                : assignment.getCheckpoint())
        .setExamples(examples)
        .setSteps(3)
        .addMetrics(Metric.newBuilder().setName("loss").setValue(0.5))
        .addGroups(
            GroupReference.newBuilder()
                .setName(fault == Fault.OTHER_GROUP_STATED ? "gradient" : "delta")
                .setLayoutDigest(stated.toString())
                .setCodec(fault == Fault.OTHER_CODEC_STATED ? "f16" : coding.codec())
                .setFile(
                    FileReference.newBuilder()
                        .setDigest(Digest.of(bytes).toString())
                        .setSize(bytes.length)))
        .build();
  }

  static byte[] file(Layout layout, float value) {
    byte[] header = Safetensors.canonicalHeader(layout);
    ByteBuffer bytes =
        ByteBuffer.allocate(Math.toIntExact(header.length + layout.dataBytes()))
            .order(ByteOrder.LITTLE_ENDIAN)
            .put(header);
    while (bytes.hasRemaining()) {
      bytes.putFloat(value);
    }
    return bytes.array();
  }
}
