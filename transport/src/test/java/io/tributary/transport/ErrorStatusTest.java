package io.tributary.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.ProtocolViolation;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ErrorStatusTest {
  /** What arrives: status and trailers, without the cause. */
  private static StatusRuntimeException sent(StatusRuntimeException status) {
    return status
        .getStatus()
        .withCause(null)
        .asRuntimeException(Optional.ofNullable(status.getTrailers()).orElseGet(Metadata::new));
  }

  @ParameterizedTest
  @EnumSource(ErrorKind.class)
  void toStatus_everyKind_comesBackWithItsSentence(ErrorKind kind) {
    var refusal = FederationException.of(kind, "thing", "ä", "b", "Do c.");
    StatusRuntimeException status = sent(ErrorStatus.toStatus(refusal));
    assertEquals(ErrorStatus.code(kind), status.getStatus().getCode());
    assertFalse(status.getStatus().isOk());
    FederationException read = ErrorStatus.fromStatus(new CompletionException(status));
    assertEquals(kind, read.kind());
    assertEquals(refusal.sentence(), read.sentence());
  }

  @Test
  void toStatus_defect_tellsAnIncidentAndNothingElse() {
    StatusRuntimeException status = ErrorStatus.toStatus(new IllegalStateException("/secret/path"));
    assertEquals(Status.Code.INTERNAL, status.getStatus().getCode());
    String sentence = ErrorStatus.fromStatus(sent(status)).sentence();
    assertTrue(sentence.matches(".*incident [0-9a-f]{12} .*"), sentence);
    assertFalse(sentence.contains("secret"));
  }

  @Test
  void toStatus_protocolViolation_isThePeersFault() {
    StatusRuntimeException status = ErrorStatus.toStatus(new ProtocolViolation("hello twice"));
    assertEquals(ErrorKind.INVALID_ARGUMENT, ErrorStatus.fromStatus(sent(status)).kind());
  }

  @Test
  void toStatus_window_arrives() {
    var window = new RetryWindow(Duration.ofSeconds(2), Duration.ofSeconds(9));
    var full = FederationException.of(ErrorKind.FULL, "spool", "full", "room", "Wait.");
    StatusRuntimeException status = sent(ErrorStatus.toStatus(full, window));
    assertEquals(Optional.of(window), ErrorStatus.retryWindow(ErrorStatus.fromStatus(status)));
    assertEquals(
        Optional.empty(), ErrorStatus.retryWindow(sent(ErrorStatus.toStatus((Throwable) full))));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "7", "9-2", "-1-2", "99999999999999-1", "a-b"})
  void retryWindow_malformed_isIgnored(String text) {
    var trailers = new Metadata();
    trailers.put(Metadata.Key.of("tributary-retry", Metadata.ASCII_STRING_MARSHALLER), text);
    assertEquals(
        Optional.empty(), ErrorStatus.retryWindow(Status.UNAVAILABLE.asRuntimeException(trailers)));
  }

  @Test
  void fromStatus_resetByACoordinatorThatEnds_mayBeTriedAgain() {
    FederationException read =
        ErrorStatus.fromStatus(
            Status.CANCELLED
                .withDescription("RST_STREAM closed stream. HTTP/2 error code: CANCEL")
                .asRuntimeException());
    assertEquals(ErrorKind.UNREACHABLE, read.kind());
    assertTrue(read.kind().retryable());
    assertEquals(
        ErrorKind.CANCELLED,
        ErrorStatus.fromStatus(
                Status.CANCELLED.withDescription("no longer needed").asRuntimeException())
            .kind());
  }

  @Test
  void fromStatus_brokenConnection_tellsNothingOfThePipeline() {
    FederationException read =
        ErrorStatus.fromStatus(
            Status.UNAVAILABLE
                .withDescription("io exception\nChannel Pipeline: [SslHandler#0, Tail#0]")
                .withCause(new java.io.IOException("Connection reset"))
                .asRuntimeException());
    assertTrue(
        read.sentence().startsWith("coordinator: not reachable, io exception: Connection reset ("),
        read.sentence());
  }

  @ParameterizedTest
  @EnumSource(Status.Code.class)
  void fromStatus_withoutKind_hasOneSentence(Status.Code code) {
    FederationException read =
        ErrorStatus.fromStatus(
            code.toStatus().withDescription("line one\n\u001b[31mline two").asRuntimeException());
    assertFalse(read.sentence().contains("\u001b"));
    assertFalse(read.sentence().contains("\n"));
    if (code == Status.Code.UNAVAILABLE) {
      assertEquals(ErrorKind.UNREACHABLE, read.kind());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Received fatal alert: bad_certificate",
        "Received fatal alert: certificate_required",
        "(certificate_unknown) Received fatal alert: certificate_unknown",
        "Received fatal alert: unknown_ca",
        "error:10000410:SSL routines:OPENSSL_internal:TLSV1_ALERT_CERTIFICATE_REQUIRED",
        "error:1000045c:SSL routines:OPENSSL_internal:SSLV3_ALERT_CERTIFICATE_EXPIRED",
        "error:10000418:SSL routines:OPENSSL_internal:TLSV1_ALERT_UNKNOWN_CA",
      })
  void fromStatus_certificateRefusedAfterHandshake_isNotRetryable(String alert) {
    var status =
        Status.UNAVAILABLE
            .withDescription("io exception")
            .withCause(new SSLHandshakeException(alert))
            .asRuntimeException();
    FederationException read = ErrorStatus.fromStatus(status);
    assertEquals(ErrorKind.NOT_ADMITTED, read.kind());
    assertFalse(read.kind().retryable());
  }

  @Test
  void fromStatus_otherTlsTrouble_isUnreachable() {
    var status =
        Status.UNAVAILABLE
            .withCause(new SSLHandshakeException("Received fatal alert: handshake_failure"))
            .asRuntimeException();
    assertEquals(ErrorKind.UNREACHABLE, ErrorStatus.fromStatus(status).kind());
  }
}
