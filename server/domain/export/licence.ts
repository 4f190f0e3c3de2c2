/** What goes with every export. */
export const LICENCE = {
  name: 'MIT',
  short: 'MIT; dữ kiện không thuộc về ai, nguồn ghi ở từng mô hình',
  text: 'Lời văn của kho thuộc giấy phép MIT. Dữ kiện không thuộc về ai; mỗi dữ kiện ghi nguồn của nó. Khi dùng lại, giữ tên nguồn.',
} as const
