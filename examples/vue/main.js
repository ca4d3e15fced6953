import { createApp } from "vue";
import "backdrop-studio";
import PhotoBooth from "./PhotoBooth.vue";

createApp(PhotoBooth).mount("#app");
