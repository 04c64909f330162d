package io.tributary.training.chat;

/** Why a template can't be read or rendered: one line, without the dialogue's text. */
final class TemplateFailure extends RuntimeException {
  private static final long serialVersionUID = 1;

  TemplateFailure(String message) {
    super(message);
  }
}
